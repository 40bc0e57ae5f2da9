import type { EpochMs, FlowConntrackSettings, FlowNatSettings, NatStatus } from '../../../model/index.ts';
import {
  kernelSettings,
  openConntrackTap,
  openKernelNetwork,
  openNatParts,
  type Clock,
  type ConntrackTap,
  type KernelSettings,
  type NatParts,
} from '../../../platform/index.ts';
import { NatWatch } from '../../nat/nat-watch.ts';
import type { NameBook } from '../names.ts';
import type { FlowSink } from '../sink.ts';
import { accountingProblems } from './accounting.ts';
import { ConntrackExporter } from './exporter.ts';
import { hasMetadata } from './metadata.ts';
import { OwnAddresses } from './own-addresses.ts';
import { RowWriter, type KeepRow } from './row-writer.ts';
import { oneOf } from './sampling.ts';
import { Subnets } from './subnets.ts';
import { ConntrackWatch, type ConntrackListener } from './watch.ts';

export interface ConntrackSourceOptions {
  /** Flow records are wanted. */
  conntrack?: FlowConntrackSettings | undefined;
  /** The log of address translation is wanted. */
  nat?: FlowNatSettings | undefined;
  sink: FlowSink;
  names: Pick<NameBook, 'exporter' | 'reason'>;
  /** Of this machine, as its records name it. */
  hostName: string;
  /** Prefixes; without any, private addresses count as own. */
  ownNetworks: readonly string[];
  /** Compiled from the setting `filter`. */
  keep?: KeepRow | undefined;
  clock: Clock;
  machine?: ConntrackMachine;
}

/** What it needs of the machine; tests hand in others. */
export interface ConntrackMachine {
  openTap(): ConntrackTap;
  openNatParts(): NatParts;
  settings: KernelSettings;
  /** Of all devices. */
  addresses(): readonly string[];
}

export interface ConntrackStatus {
  /** Number of the exporter that its rows have. */
  exporter: number;
  /** Rows of connections and translations that were written, and those that the filter refused. */
  records: number;
  filtered: number;
  /** When the kernel was last heard. */
  lastAt: EpochMs;
  /** One of so many connections, where no subnet has its own. */
  rate: number;
  connections: number;
  /** Times that the kernel had to drop events. */
  overflows: number;
  /** Connections that ended unheard, and those of which nobody knows what they did before. */
  missedEnds: number;
  unattributed: number;
  /** Connections that ended without counters: accounting was off when they began. */
  uncounted: number;
  problems: string[];
}

export interface ConntrackSource {
  status(): ConntrackStatus;
  /** Undefined when it is not wanted. */
  natStatus(): NatStatus | undefined;
  /** Hands over what was seen until now. */
  close(): Promise<void>;
}

const untracked =
  'the kernel has tracked no connection yet: it does when a rule asks for `ct state`, or translates addresses';

/** How often connections are listed when only translations are wanted. */
const natIntervalMs = 5000;

/**
 * Flow records and the log of address translation from what the kernel tracks; no other software is needed. Throws
 * UNSUPPORTED, with the reason, where the kernel does not tell.
 */
export async function openConntrackSource(options: ConntrackSourceOptions): Promise<ConntrackSource> {
  const { machine = thisMachine() } = options;
  const tap = machine.openTap();
  try {
    return await open(options, machine, tap);
  } catch (problem) {
    tap.close();
    throw problem;
  }
}

async function open(
  options: ConntrackSourceOptions,
  machine: ConntrackMachine,
  tap: ConntrackTap,
): Promise<ConntrackSource> {
  const { conntrack, nat, sink, names, clock } = options;
  const beganAt = clock.now();
  const exporter = names.exporter({ address: options.hostName, protocol: 'conntrack', domain: 0 });
  const problems = conntrack ? accountingProblems(machine.settings, conntrack['set-sysctls']) : [];
  const listeners: ConntrackListener[] = [];
  let watch: ConntrackWatch | undefined;
  let natWatch: NatWatch | undefined;
  let flows: ConntrackExporter | undefined;
  let writer: RowWriter | undefined;
  let natWriter: RowWriter | undefined;
  let refused: string | undefined;
  if (conntrack) {
    const own = new OwnAddresses(options.ownNetworks, () => machine.addresses(), clock);
    const withTranslations = hasMetadata(conntrack, 'nat');
    writer = new RowWriter(sink, exporter, { withTranslations, ...(options.keep && { keep: options.keep }) });
    flows = new ConntrackExporter({
      writer,
      subnets: new Subnets(conntrack.subnets, conntrack.sampling),
      isOwn: (words) => own.isOwn(words),
      isHere: (words) => own.isHere(words),
      beganAt,
      mostConnections: conntrack.connections,
    });
    listeners.push(flows);
  }
  if (nat) {
    natWriter = new RowWriter(sink, exporter);
    natWatch = new NatWatch({
      writer: natWriter,
      tap,
      parts: machine.openNatParts(),
      settings: nat,
      reason: (text) => names.reason(text),
      listSoon: () => watch?.listSoon(),
      beganAt,
    });
    listeners.push(natWatch);
    // What the first listing finds belongs to pools that are known by then.
    await natWatch.settled();
  }
  watch = new ConntrackWatch({
    tap,
    clock,
    listeners,
    intervalMs: conntrack?.interval ?? natIntervalMs,
    onProblem: (problem) => (refused = problem),
  });
  return {
    status: () => ({
      exporter,
      records: (writer?.written ?? 0) + (natWriter?.written ?? 0),
      filtered: writer?.filtered ?? 0,
      lastAt: watch.lastAt,
      rate: oneOf(conntrack?.sampling ?? 1),
      connections: flows?.connections.size ?? 0,
      overflows: watch.overflows,
      missedEnds: flows?.connections.missedEnds ?? 0,
      unattributed: flows?.connections.unattributed ?? 0,
      uncounted: flows?.uncounted ?? 0,
      problems: [
        ...problems,
        ...(watch.listings > 0 && watch.lastAt === 0 ? [untracked] : []),
        ...(refused === undefined ? [] : [refused]),
      ],
    }),
    natStatus: () => natWatch?.status(clock.now()),
    close: async () => {
      watch.close();
      await natWatch?.close(clock.now());
    },
  };
}

function thisMachine(): ConntrackMachine {
  return {
    openTap: () => openConntrackTap(),
    openNatParts,
    settings: kernelSettings,
    addresses: () => {
      const network = openKernelNetwork();
      try {
        return network.addresses().map(({ address }) => address);
      } finally {
        network.close();
      }
    },
  };
}
