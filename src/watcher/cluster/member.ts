import { createPrivateKey, type KeyObject } from 'node:crypto';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { openClusterReplica, openTlsTransport, type Peer, type Transport } from '../../agree/index.ts';
import { assert, QwError, type Genesis, type MemberRecord } from '../../model/index.ts';
import { nodeDisk, readSmallFile, type Log } from '../../platform/index.ts';
import type { WatcherReplica } from '../cluster-figures.ts';
import { digestExchange, withoutTelemetry, type DigestExchange } from '../performance/exchange.ts';
import type { ReplicaParts } from '../start.ts';
import { FaultyTransport, type TransportFaults } from './faulty-transport.ts';
import { epochsFile, keyFile, newcomerFile, readNewcomer, recordFile } from './folder.ts';

export interface MemberOptions {
  directory: string;
  /** `HOST:PORT` where the other members call this one; without it the address in the genesis. */
  peerListen?: string;
  random: () => number;
  log: Log;
}

/** What opens the ordered record of a member once its links are there. */
export type OpenMember = (parts: ReplicaParts & Linked) => Promise<WatcherReplica>;

interface Linked {
  transport: Transport;
  /** Takes whom this watcher needs links to, itself included, whenever that changes. */
  onLinked: (watchers: readonly MemberRecord[]) => void;
}

/** The links of one member, and its record on top of them. */
export class Member {
  readonly #options: MemberOptions;
  readonly #open: OpenMember;
  #transport: FaultyTransport | undefined;
  #exchange: DigestExchange | undefined;
  #faults: TransportFaults = { cut: false, lying: false };

  constructor(options: MemberOptions, open?: OpenMember) {
    this.#options = options;
    const note = (text: string, facts: Record<string, unknown>) => options.log.info(text, facts);
    this.#open = open ?? ((parts) => openRecord(parts, options.random, note));
  }

  /**
   * Opens links and record. Besides what opening a record throws: DATA_FOREIGN when the genesis doesn't name the key of
   * this folder, LISTEN_FAILED when the address of the links cannot be used.
   */
  async openReplica(parts: ReplicaParts): Promise<WatcherReplica> {
    const { random, log } = this.#options;
    const self = await ownRecord(parts);
    const listen = listenAddress(this.#options.peerListen ?? self.address);
    const links = await openTlsTransport({
      privateKey: await this.#privateKey(),
      self: { number: self.number, role: self.role },
      listen,
      clock: parts.clock,
      random,
      log,
    }).catch((thrown: unknown) => {
      throw refused(thrown);
    });
    const transport = new FaultyTransport(links, parts.clock, random);
    this.#transport = transport;
    this.#exchange = digestExchange(transport, listen && { host: listen.host, port: links.port ?? listen.port });
    transport.setFaults(this.#faults);
    try {
      const onLinked = (watchers: readonly MemberRecord[]) => {
        // While its key changes a watcher has two records for a moment.
        const others = watchers.filter(({ id }) => id !== parts.signer.name);
        const own = watchers.find(({ publicKey }) => publicKey === self.publicKey);
        transport.setPeers(peersOf(others), own);
      };
      onLinked(parts.genesis.watchers);
      return await this.#open({ ...parts, transport: withoutTelemetry(transport), onLinked });
    } catch (thrown) {
      await transport.close();
      throw thrown;
    }
  }

  /** The way of figures between watchers; there once the record is open. */
  get exchange(): DigestExchange {
    assert(this.#exchange, 'links are open before figures go over them');
    return this.#exchange;
  }

  /** For the demonstration. */
  setFaults(faults: TransportFaults): void {
    this.#faults = faults;
    this.#transport?.setFaults(faults);
  }

  async #privateKey(): Promise<KeyObject> {
    const pem = await readSmallFile(nodeDisk, `${this.#options.directory}/${keyFile}`, 4096);
    assert(pem !== undefined, 'the key was read before');
    return createPrivateKey(pem);
  }
}

/** Whether a watcher of this folder may have links to others: it began with them, joined them, or grew. */
export function hasMembers(genesis: Genesis, directory: string): boolean {
  return genesis.protocol !== 'solo' || [newcomerFile, epochsFile].some((file) => existsSync(join(directory, file)));
}

function openRecord(
  parts: Parameters<OpenMember>[0],
  random: () => number,
  note: (text: string, facts: Record<string, unknown>) => void,
): Promise<WatcherReplica> {
  return openClusterReplica({ ...parts, random, note });
}

type Self = Pick<MemberRecord, 'number' | 'role' | 'publicKey' | 'address'>;

/** Above all that a cluster gives: until the ledger tells a newcomer its own. */
const newcomerNumber = 0xffff_ffff;

async function ownRecord({ genesis, signer, directory }: ReplicaParts): Promise<Self> {
  const publicKey = signer.publicKey.toString('hex');
  const found = genesis.watchers.find((watcher) => watcher.publicKey === publicKey);
  if (found?.id === signer.name) return found;
  const former = genesis.watchers.find((watcher) => watcher.id === signer.name);
  const newcomer = await readNewcomer(directory);
  // The ledger tells whether a folder that was in use may have another key than the genesis says.
  const address = newcomer?.address ?? (existsSync(join(directory, recordFile)) ? former?.address : undefined);
  if (!found && address !== undefined) return { number: newcomerNumber, role: 'observer', publicKey, address };
  throw new QwError('DATA_FOREIGN', `the genesis of cluster ${genesis.cluster} does not name the key of this folder`, {
    where: `${directory}/${keyFile}`,
    hint: 'genesis.json and watcher.key.pem belong together: copy the whole folder that init made for this member',
  });
}

function peersOf(watchers: readonly MemberRecord[]): Peer[] {
  return watchers.map(({ number, id, publicKey, address, role }) => {
    return { number, id, publicKey: Buffer.from(publicKey, 'hex'), address, role };
  });
}

/** None for a member that only calls others. */
function listenAddress(address: string): { host: string; port: number } | undefined {
  if (address === '') return undefined;
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(address) ?? [];
  const host = bracketed ?? plain;
  if (host !== undefined && Number(port) <= 65_535) return { host, port: Number(port) };
  throw new QwError('BAD_INPUT', 'expected HOST:PORT, such as 192.0.2.1:8471 or [::1]:8471', { where: address });
}

function refused(thrown: unknown): unknown {
  if (!(thrown instanceof QwError) || thrown.code !== 'LISTEN_FAILED') return thrown;
  return new QwError('LISTEN_FAILED', thrown.message, {
    ...(thrown.where === undefined ? {} : { where: thrown.where }),
    hint: 'stop the program that holds the port, or listen elsewhere with --peer-listen HOST:PORT',
    cause: thrown,
  });
}
