import { messageOf, type EpochMs, type FlowNatSettings, type NatPoolUse, type NatStatus } from '../../model/index.ts';
import type { ConntrackEntry, ConntrackTap, NatParts, PacketLog } from '../../platform/index.ts';
import { isTranslated, type RowWriter } from '../flows/conntrack/row-writer.ts';
import type { ConntrackListener } from '../flows/conntrack/watch.ts';
import { Attempts } from './attempts.ts';
import { natInsights } from './insights.ts';
import { natTableScript, removeNatTableScript } from './nat-table.ts';
import { Peaks } from './peaks.ts';
import { readPools, type NatPool } from './pools.ts';
import { PortUse } from './port-use.ts';
import { RefusedPackets } from './refused-packets.ts';

export interface NatWatchOptions {
  writer: RowWriter;
  tap: Pick<ConntrackTap, 'statistics'>;
  parts: NatParts;
  settings: FlowNatSettings;
  reason: (text: string) => number;
  /** List all connections soon. */
  listSoon: () => void;
  beganAt: EpochMs;
}

/** IPFIX element 230: a translation was created, and deleted. */
const events = { created: 1, ended: 2 } as const;
const statisticsEveryMs = 1000;
/** Copies of packets whose beginnings were missed are read within this time. */
const blindMs = 1000;
const rulesEveryMs = 30_000;
/** Addresses and ports of both versions of IP. */
const copiedBytes = 64;

/**
 * The log of address translation: rows for beginnings and ends, and for packets that found no port; how full the pools are.
 * It reads rules and counters, and writes nothing to the kernel unless it is to name victims.
 */
export class NatWatch implements ConntrackListener {
  readonly #options: NatWatchOptions;
  readonly #problems = new Map<string, string>();
  readonly #attempts: Attempts | undefined;
  readonly #refused: RefusedPackets;
  readonly #peaks = new Peaks();
  #log: PacketLog | undefined;
  #pools: readonly NatPool[] = [];
  #use = new PortUse();
  #known: NatPoolUse[] = [];
  #created = 0;
  #ended = 0;
  #statisticsAt = 0;
  #rulesAt = 0;
  #listedAt = 0;
  #blindUntil = 0;
  #connections = { now: 0, most: 0 };
  /** Rules are read, or the own table is made. */
  #busy: Promise<void> = Promise.resolve();
  #closed = false;

  constructor(options: NatWatchOptions) {
    const { settings, writer, reason } = options;
    this.#options = options;
    this.#attempts = settings['name-victims'] ? new Attempts() : undefined;
    this.#refused = new RefusedPackets({ writer, reason, attempts: this.#attempts });
    this.#readStatistics(options.beganAt);
    if (this.#attempts) this.#busy = this.#openLog();
    this.#readRules(options.beganAt);
  }

  begun(entry: ConntrackEntry, now: EpochMs): void {
    this.#attempts?.begun(entry, now);
    if (!isTranslated(entry)) return;
    this.#created++;
    this.#write(entry, events.created, entry.startedAt ?? now, entry.startedAt ?? now, now);
  }

  ended(entry: ConntrackEntry, now: EpochMs): void {
    if (!isTranslated(entry)) return;
    this.#ended++;
    const end = entry.endedAt ?? now;
    this.#write(entry, events.ended, entry.startedAt ?? end, end, now);
  }

  /** Whose beginning was missed would look like a victim. */
  missed(now: EpochMs): void {
    this.#attempts?.forget();
    this.#blindUntil = now + blindMs;
  }

  listed(entry: ConntrackEntry): void {
    this.#use.add(entry);
  }

  listedAll(now: EpochMs): void {
    if (this.#use.uncounted > 0) {
      this.#problems.set('use', `${this.#use.uncounted} translations have too many destinations to be counted by pool`);
    } else this.#problems.delete('use');
    this.#known = this.#peaks.add(this.#use.result(this.#pools), now);
    this.#use = new PortUse();
    this.#listedAt = now;
  }

  look(now: EpochMs): void {
    const complete =
      this.#log?.read(({ bytes }) => {
        if (now >= this.#blindUntil) this.#attempts?.tried(bytes, now);
      }) ?? true;
    if (!complete)
      this.#problems.set('log', 'copies of first packets came faster than they were read: some victims have no name');
    if (this.#attempts && this.#attempts.dropped > 0) {
      this.#problems.set('attempts', 'more connections began at once than are remembered: some victims have no name');
    }
    if (now - this.#statisticsAt >= statisticsEveryMs) this.#readStatistics(now);
    this.#refused.settle(this.#fullest(), this.#listedAt, now);
    if (now - this.#rulesAt >= rulesEveryMs) this.#readRules(now);
    this.#options.writer.flush();
  }

  /** Once more, and the own table is taken away. */
  async close(now: EpochMs): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.look(now);
    this.#refused.close(this.#fullest(), now);
    this.#options.writer.flush();
    await this.#busy;
    if (!this.#log) return;
    this.#log.close();
    await this.#options.parts.applyNft(removeNatTableScript()).catch(() => undefined);
  }

  /** Resolves when what was begun at the start, or at the last reading of rules, is done. */
  settled(): Promise<void> {
    return this.#busy;
  }

  status(now: EpochMs): NatStatus {
    const { settings, beganAt } = this.#options;
    return {
      enabled: true,
      since: new Date(beganAt).toISOString(),
      created: this.#created,
      ended: this.#ended,
      refused: { ...this.#refused.totals },
      named: this.#refused.named,
      namesVictims: this.#log !== undefined,
      connections: this.#connections.now,
      mostConnections: this.#connections.most,
      pools: this.#known,
      insights: natInsights(this.#known, this.#refused.times, settings['warn-at'] / 100, now),
      problems: [...this.#problems.values()],
    };
  }

  #write(entry: ConntrackEntry, event: number, start: EpochMs, end: EpochMs, now: EpochMs): void {
    if (!this.#options.settings.translations) return;
    const counters = { packets: 0, bytes: 0 };
    const row = {
      kind: 'nat',
      direction: 'original',
      start,
      end,
      counters,
      reporter: 'unknown',
      rate: 1,
      event,
    } as const;
    this.#options.writer.write(entry, row, now);
  }

  #fullest(): number {
    return this.#known.reduce((most, { share }) => Math.max(most, share), 0);
  }

  #readStatistics(now: EpochMs): void {
    this.#statisticsAt = now;
    try {
      const statistics = this.#options.tap.statistics();
      this.#connections = { now: statistics.connections, most: statistics.most };
      if (this.#refused.offer(statistics, now)) this.#options.listSoon();
      this.#problems.delete('statistics');
    } catch (problem) {
      this.#problems.set('statistics', messageOf(problem));
    }
  }

  #readRules(now: EpochMs): void {
    this.#rulesAt = now;
    this.#busy = this.#busy.then(async () => {
      try {
        this.#pools = readPools(await this.#options.parts.readNftRuleset());
        this.#problems.delete('rules');
      } catch (problem) {
        this.#problems.set('rules', `pools of ports are not known: ${messageOf(problem)}`);
      }
    });
  }

  async #openLog(): Promise<void> {
    const { parts, settings } = this.#options;
    const group = settings['log-group'];
    try {
      const log = parts.openPacketLog(group, copiedBytes);
      await parts.applyNft(natTableScript(group)).catch((problem: unknown) => {
        log.close();
        throw problem;
      });
      this.#log = log;
    } catch (problem) {
      this.#problems.set('log', `victims have no names: ${messageOf(problem)}`);
    }
  }
}
