import { ManualClock } from '../../../platform/index.ts';
import { QwError, type Genesis, type MemberRecord, type Membership } from '../../../model/index.ts';
import { FaultyDisk } from '../../journal/faulty-disk.ts';
import { pbftLimits } from '../../pbft/configuration.ts';
import type { EntryDraft, LedgerEntry } from '../../record/entry.ts';
import { MemoryHub } from '../../transport/memory-transport.ts';
import type { Peer, Transport } from '../../transport/transport.ts';
import type { ClusterApplication } from '../application.ts';
import { Counter, signerOf } from '../counter.fixture.ts';
import type { ClusterReplica } from './cluster-replica.ts';
import { openClusterReplica, type ClusterReplicaOptions } from './open-cluster.ts';

/** Small windows, so that few requests reach every edge. */
const smallCore = { ...pbftLimits, checkpointInterval: 4, window: 16, historyLag: 4, maxInFlight: 4 };

/** Counts, and changes its members when asked to: `members 1,2,3,5` is a request, all others are observers then. */
class CountingMembers implements ClusterApplication {
  readonly counter = new Counter();
  readonly #known: readonly MemberRecord[];
  #membership: Membership;

  constructor(genesis: Genesis, known: readonly MemberRecord[]) {
    this.#known = known;
    const { epoch, protocol, watchers, nextNumber } = genesis;
    this.#membership = { epoch, protocol, watchers, nextNumber };
  }

  membership(): Membership {
    return this.#membership;
  }

  hasExecuted(request: Uint8Array): boolean {
    const text = Buffer.from(request).toString();
    return this.counter.names.includes(text) || this.counter.names.includes(`${text}/0`);
  }

  execute(request: Uint8Array): EntryDraft[] {
    const text = Buffer.from(request).toString();
    // As in the product: what several members were asked to propose is executed once.
    if (this.hasExecuted(request)) throw new QwError('CONFLICT', 'executed before', { facts: { executed: true } });
    if (text.startsWith('rotate ')) return [{ kind: 'rotate', body: { name: text, number: Number(text.slice(7)) } }];
    if (text.startsWith('members '))
      return [{ kind: 'members', body: { name: text, numbers: text.slice(8).split(',') } }];
    return this.counter.execute(request);
  }

  apply(entry: LedgerEntry): void {
    if (entry.kind === 'rotate') this.#rotate((entry.body as { number: number }).number);
    if (entry.kind !== 'members') return this.counter.apply(entry);
    const numbers = new Set((entry.body as { numbers: string[] }).numbers.map(Number));
    const watchers = this.#known.map((one) => {
      return { ...one, role: numbers.has(one.number) ? ('member' as const) : ('observer' as const) };
    });
    const votersOf = (given: readonly MemberRecord[]) =>
      given.filter(({ role }) => role === 'member').map((one) => one.id);
    const voters = votersOf(watchers);
    const same = voters.join() === votersOf(this.#membership.watchers).join();
    const { epoch } = this.#membership;
    const { protocol: before } = this.#membership;
    const protocol = voters.length > 1 && before === 'solo' ? 'pbft' : before;
    this.#membership = { ...this.#membership, protocol, epoch: same ? epoch : epoch + 1, watchers };
    this.counter.apply(entry);
  }

  #rotate(number: number): void {
    const { epoch, nextNumber } = this.#membership;
    const watchers = this.#membership.watchers.map((one) =>
      one.number === number ? { ...one, number: nextNumber, publicKey: keyOf(nextNumber) } : one,
    );
    this.#membership = { ...this.#membership, epoch: epoch + 1, watchers, nextNumber: nextNumber + 1 };
  }

  snapshot(): Uint8Array {
    return Buffer.from(JSON.stringify([this.counter.names, this.#membership]));
  }

  restore(snapshot: Uint8Array): void {
    const [names, membership] = JSON.parse(Buffer.from(snapshot).toString()) as [string[], Membership];
    this.counter.names = names;
    this.#membership = membership;
  }
}

const keyOf = (number: number) => signerOf('x', number).publicKey.toString('hex');

/** One watcher of the test: its disk lives on when its process ends. */
export interface Machine {
  number: number;
  id: string;
  disk: FaultyDisk;
  application: CountingMembers;
  replica: ClusterReplica | undefined;
  transport: Transport | undefined;
  errors: unknown[];
}

/** Members in one process, with a network, disks and a clock that the test holds. */
export class TestCluster {
  readonly clock = new ManualClock();
  readonly hub: MemoryHub;
  readonly genesis: Genesis;
  readonly machines: Machine[];
  readonly #records: MemberRecord[];
  readonly #options: Partial<ClusterReplicaOptions>;
  readonly #random: () => number;

  constructor(
    members: number,
    options: Partial<ClusterReplicaOptions> & { spares?: number; random?: () => number; protocol?: 'raft' } = {},
  ) {
    const { spares = 0, random = () => 0.5, protocol = 'pbft', ...rest } = options;
    this.#options = rest;
    this.#random = random;
    this.hub = new MemoryHub({ clock: this.clock, random });
    this.#records = Array.from({ length: members + spares }, (_, at) => ({
      number: at + 1,
      id: `watcher-${at + 1}`,
      publicKey: keyOf(at + 1),
      address: 'memory:1',
      role: at < members ? ('member' as const) : ('observer' as const),
      site: '',
    }));
    this.genesis = {
      format: 1,
      cluster: 'test',
      createdAt: 0,
      nonce: '0'.repeat(32),
      operators: [],
      epoch: 1,
      protocol: members === 1 ? 'solo' : protocol,
      // A watcher alone knows nobody else yet.
      watchers: members === 1 ? this.#records.slice(0, 1) : this.#records,
      nextNumber: members + spares + 1,
    };
    this.machines = this.#records.map(({ number, id }) => this.#newMachine(number, id, new FaultyDisk()));
  }

  #newMachine(number: number, id: string, disk: FaultyDisk): Machine {
    const application = new CountingMembers(this.genesis, this.#records);
    return { number, id, disk, application, replica: undefined, transport: undefined, errors: [] };
  }

  /** Puts a new key into the folder of a machine that does not run; its number is the next one. */
  rotated(number: number): number {
    const { id, disk } = this.machine(number);
    this.machines.push(this.#newMachine(this.machines.length + 1, id, disk));
    return this.machines.length;
  }

  machine(number: number): Machine {
    const machine = this.machines[number - 1];
    if (!machine) throw new Error(`no machine ${number}`);
    return machine;
  }

  replica(number: number): ClusterReplica {
    const { replica } = this.machine(number);
    if (!replica) throw new Error(`machine ${number} does not run`);
    return replica;
  }

  async start(...numbers: number[]): Promise<void> {
    for (const number of numbers) {
      const machine = this.machine(number);
      const { publicKey } = signerOf('x', number);
      machine.application = new CountingMembers(this.genesis, this.#records);
      const transport = this.hub.open({ number, publicKey, role: 'observer' });
      machine.transport = transport;
      machine.replica = await openClusterReplica({
        directory: 'data',
        genesis: this.genesis,
        application: machine.application,
        transport,
        onLinked: (watchers) => {
          const peers = watchers.map((one): Peer => ({ ...one, publicKey: Buffer.from(one.publicKey, 'hex') }));
          transport.setPeers(
            peers,
            peers.find((one) => one.number === number),
          );
        },
        clock: this.clock,
        random: this.#random,
        signer: signerOf(machine.id, number),
        disk: machine.disk,
        report: (problem) => machine.errors.push(problem),
        core: smallCore,
        ...this.#options,
      });
    }
  }

  /** The process of a machine ends at once; `mode` says what its disk keeps. */
  async kill(number: number, mode: Parameters<FaultyDisk['crash']>[0] = 'killed'): Promise<void> {
    const machine = this.machine(number);
    machine.disk = machine.disk.crash(mode);
    await machine.transport?.close();
    // What is left of the old process works on a disk that nobody reads any more.
    machine.replica?.close().catch(() => undefined);
    machine.replica = undefined;
  }

  /** Lets time pass, and everything that waits for disks and the network happen. */
  async pass(forMs: number, stepMs = 5): Promise<void> {
    for (let left = forMs; left > 0; left -= stepMs) {
      this.clock.advance(Math.min(stepMs, left));
      for (let turns = 0; turns < 4; turns++) await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async until(holds: () => boolean, maxMs = 60_000): Promise<void> {
    for (let passed = 0; !holds(); passed += 5) {
      if (passed > maxMs) throw new Error('it does not come true');
      await this.pass(5);
    }
  }

  /** Proposes and waits until it is answered. */
  async order(number: number, text: string, maxMs = 60_000): Promise<void> {
    let answered = false;
    let problem: unknown;
    this.replica(number)
      .propose(Buffer.from(text))
      .then(
        () => (answered = true),
        (thrown: unknown) => {
          if (thrown instanceof QwError && thrown.facts['executed'] === true) answered = true;
          else problem = thrown;
        },
      );
    await this.until(() => answered || problem !== undefined, maxMs);
    if (problem !== undefined) throw problem;
  }

  names(number: number): string[] {
    return this.machine(number).application.counter.names;
  }

  /** Until all of them have the same ledger, at least so long. */
  async untilEqual(numbers: readonly number[], entries: number, maxMs = 60_000): Promise<void> {
    await this.until(() => {
      const found = numbers.map((number) => this.replica(number).status());
      return found.every((one) => one.entries >= entries && one.root === found[0]?.root);
    }, maxMs);
  }
}
