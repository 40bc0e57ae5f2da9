import type { CommittedBatch } from '../../agree/index.ts';
import { Registers, type Result } from './application.ts';
import { Disk, type Backup } from './disk.ts';
import type { History } from './history.ts';
import type { CrashLoss, Plan } from './plan.ts';
import {
  Violation,
  type NodeUnderTest,
  type ProtocolChecker,
  type ProtocolUnderTest,
  type StoredSnapshot,
} from './protocol.ts';
import { Random } from './random.ts';

/** When worlds begin. */
export const epochMs = 1_700_000_000_000;

/** What a node needs of its world. */
export interface NodePort<Message> {
  readonly plan: Plan;
  readonly protocol: ProtocolUnderTest<Message>;
  readonly checker: ProtocolChecker<Message>;
  readonly history: History;
  nowUs(): number;
  schedule(delayUs: number, run: () => void): void;
  send(from: number, to: number, message: Message): void;
  answer(from: number, id: string, result: Result): void;
  refuse(from: number, id: string): void;
  log(node: number, line: string): void;
}

/** A machine: a disk that outlives its process, a clock, the process with core and application, and who waits there. */
export class WorldNode<Message> {
  readonly id: number;
  readonly #port: NodePort<Message>;
  readonly #genesis: readonly number[];
  #disk = new Disk();
  readonly #random: Random;
  readonly #waiting = new Set<string>();
  #memory = new Map<string, unknown>();
  readonly #maxLag: number;
  #instance: NodeUnderTest<Message> | undefined;
  #application = new Registers();
  #applied = 0;
  /** Counts starts: what a former process has asked the disk for concerns nobody any more. */
  #life = 0;
  #clock: Plan['clocks'][number];
  /** States in force that become durable when the records before the position are. */
  #adopted: { lsn: number; snapshot: StoredSnapshot }[] = [];
  #syncing = false;
  #snapshotting = false;
  #jumpMs = 0;
  #slowUntilUs = 0;
  #slowUs = 0;
  #failNextSync: (() => void) | undefined;
  #described = '';
  #backup: { disk: Backup; memory: Map<string, unknown>; hadForgotten: boolean } | undefined;
  isDead = false;
  /** Whether its journal ever came from a backup, without its knowing. */
  wasSetBack = false;
  /** Whether it has lost its disk, and does not take part again yet. */
  hasForgotten = false;
  pausedUntilUs = 0;

  constructor(id: number, port: NodePort<Message>) {
    this.id = id;
    this.#port = port;
    const { members, seed, tuning } = port.plan;
    this.#maxLag = port.protocol.maxLag?.(tuning) ?? Infinity;
    this.#genesis = id <= members ? Array.from({ length: members }, (_, at) => at + 1) : [];
    this.#random = new Random(seed, `node ${id}`);
    this.#clock = port.plan.clocks[id - 1] ?? { offsetMs: 0, rate: 1 };
  }

  get instance(): NodeUnderTest<Message> | undefined {
    return this.#instance;
  }

  get applied(): number {
    return this.#applied;
  }

  start(): void {
    if (this.#instance || this.isDead) return;
    const { protocol, plan, checker, history } = this.#port;
    if (this.#disk.isDamaged) {
      this.isDead = true;
      this.#port.log(this.id, 'finds its disk damaged and stays out');
      return;
    }
    const start = {
      id: this.id,
      genesis: this.#genesis,
      start: this.#disk.start,
      records: this.#disk.records,
      snapshot: this.#disk.snapshot,
      forgot: this.hasForgotten,
      memory: this.#memory,
      seed: this.#random.next(),
      tuning: plan.tuning,
    };
    const instance = protocol.start(start);
    if (typeof instance === 'string') throw new Violation('recovery', `node ${this.id} cannot start: ${instance}`);
    this.#life += 1;
    this.#instance = instance;
    this.#application = new Registers();
    this.#applied = 0;
    if (start.snapshot) {
      this.#application.restore(start.snapshot.state);
      this.#applied = start.snapshot.sequence;
      history.installed(this.id, this.#applied, this.#application.root);
    }
    checker.started(this.id, start);
    this.#port.log(this.id, `starts at ${this.#applied}, ${start.records.length} records`);
    this.tick();
  }

  crash(loss: CrashLoss): void {
    if (!this.#instance) return;
    this.#instance = undefined;
    this.#life += 1;
    this.#syncing = false;
    this.#snapshotting = false;
    this.#failNextSync = undefined;
    this.#waiting.clear();
    this.#adopted = [];
    this.#disk.crash(loss, this.#random);
    this.#port.log(this.id, `crashes, ${loss} of what was not synced is lost`);
  }

  /** A durable record is lost; returns false when there is none. */
  damage(): boolean {
    return this.#disk.damage();
  }

  eraseDisk(): void {
    this.crash('unsynced');
    this.#disk.erase();
    this.isDead = true;
  }

  /** Everything is lost, and the node begins again knowing that. */
  forget(): void {
    this.crash('unsynced');
    this.#disk = new Disk();
    this.#memory = new Map();
    this.#backup = undefined;
    this.hasForgotten = true;
    this.#port.log(this.id, 'forgets everything');
  }

  backUp(): void {
    const disk = this.#disk.backUp();
    const memory = structuredClone(this.#memory);
    this.#backup = disk && { disk, memory, hadForgotten: this.hasForgotten };
  }

  /** Stops, with the disk as it was backed up; returns false when it never was, or has failed since. */
  setBack(whole = false): boolean {
    if (!this.#backup || this.#disk.isDamaged) return false;
    this.crash('unsynced');
    this.#disk.restore(this.#backup.disk);
    this.wasSetBack = true;
    this.#port.checker.setBack?.(this.id, whole);
    this.#port.log(this.id, whole ? 'gets its backup back, and does not know it' : 'is set back to its backup');
    return true;
  }

  /** As `setBack`, but with everything that was on the disk then: nothing there knows of what came after. */
  restoreBackup(): boolean {
    const backup = this.#backup;
    if (!backup || !this.setBack(true)) return false;
    this.#memory = structuredClone(backup.memory);
    this.hasForgotten = backup.hadForgotten;
    return true;
  }

  jump(byMs: number): void {
    this.#jumpMs += byMs;
  }

  setClockRight(): void {
    this.#jumpMs = 0;
    this.#clock = { offsetMs: 0, rate: 1 };
  }

  slowDown(untilUs: number, addedUs: number): void {
    this.#slowUntilUs = untilUs;
    this.#slowUs = addedUs;
  }

  /** The next sync fails, the node stops, and `then` is called; undefined takes that back. */
  failNextSync(then: (() => void) | undefined): void {
    this.#failNextSync = then;
  }

  tick(): void {
    const { offsetMs, rate } = this.#clock;
    const nowMs = epochMs + offsetMs + this.#jumpMs + (this.#port.nowUs() / 1000) * rate;
    this.#instance?.tick(nowMs);
    this.pump();
  }

  receive(from: number, message: Message): void {
    if (!this.#instance) return;
    this.#port.checker.received?.(this.id, from, message);
    this.#instance.receive(from, message);
    this.pump();
  }

  /** A client asks; a request that was executed before gets its answer again. */
  ask(id: string, bytes: Uint8Array): void {
    if (!this.#instance) return;
    const known = this.#application.known(id);
    if (known) {
      this.#port.answer(this.id, id, known);
      return;
    }
    this.#waiting.add(id);
    this.#instance.propose({ id, bytes });
    this.pump();
  }

  /** Does all the work that the core has. */
  pump(): void {
    const { checker } = this.#port;
    for (let work = this.#instance?.ready(); work && this.#instance; work = this.#instance?.ready()) {
      if (work.persist.length > 0) {
        checker.appended(this.id, this.#disk.end, work.persist);
        this.#disk.append(work.persist);
      }
      this.#instance.advance();
      for (const { to, message } of work.send) {
        for (const peer of to) {
          checker.sent(this.id, peer, message);
          this.#port.send(this.id, peer, message);
        }
      }
      if (work.adopt) this.#adopt(work.adopt);
      for (const { id } of work.events) if (this.#waiting.delete(id)) this.#port.refuse(this.id, id);
      for (const batch of work.apply) this.#apply(batch);
      if (work.releasable !== undefined) this.#disk.truncateBefore(work.releasable);
      if (work.install) this.#install(work.install);
      if (work.mustSync) this.#sync();
    }
    if (!this.#instance) return;
    checker.stepped(this.id);
    if (this.hasForgotten && this.#instance.hasVote?.() !== false) {
      this.hasForgotten = false;
      this.#port.log(this.id, 'votes again');
    }
    const described = this.#instance.describe();
    if (described === this.#described) return;
    this.#described = described;
    this.#port.log(this.id, described);
  }

  #apply(batch: CommittedBatch): void {
    const { history, checker, plan } = this.#port;
    if (batch.sequence !== this.#applied + 1) {
      throw new Violation('order', `node ${this.id} got ${batch.sequence} after ${this.#applied}`);
    }
    const results = this.#application.apply(batch.sequence, batch.requests);
    this.#applied = batch.sequence;
    history.applied(this.id, batch, this.#application.root);
    checker.applied(this.id, batch);
    this.#instance?.applied(batch.sequence, this.#application.root, () => this.#application.snapshot());
    for (const [at, { id }] of batch.requests.entries()) {
      const result = results[at];
      if (this.#waiting.delete(id) && result) this.#port.answer(this.id, id, result);
    }
    if (this.#applied - (this.#disk.snapshot?.sequence ?? 0) >= this.#maxLag) this.#catchUp();
    else if (batch.sequence % plan.disk.snapshotEvery === 0 && !this.#snapshotting) this.#takeSnapshot();
  }

  /** The disk has fallen too far behind: nothing goes on before it has everything. */
  #catchUp(): void {
    const proof = this.#instance?.proofAt(this.#applied);
    if (proof === undefined) return;
    const snapshot = { sequence: this.#applied, state: this.#application.snapshot(), proof };
    this.#disk.snapshot = snapshot;
    this.#instance?.compacted(snapshot);
  }

  #adopt(snapshot: StoredSnapshot): void {
    this.#application.restore(snapshot.state);
    this.#applied = snapshot.sequence;
    this.#adopted.push({ lsn: this.#disk.end, snapshot });
    this.#port.history.installed(this.id, snapshot.sequence, this.#application.root);
    this.#port.log(this.id, `adopts the state at ${snapshot.sequence}`);
  }

  #takeSnapshot(): void {
    const proof = this.#instance?.proofAt(this.#applied);
    if (proof === undefined) return;
    const snapshot = { sequence: this.#applied, state: this.#application.snapshot(), proof };
    this.#snapshotting = true;
    this.#later(() => {
      this.#snapshotting = false;
      if (snapshot.sequence <= (this.#disk.snapshot?.sequence ?? 0)) return;
      this.#disk.snapshot = snapshot;
      this.#instance?.compacted(snapshot);
    });
  }

  #install(snapshot: StoredSnapshot): void {
    this.#later(() => {
      this.#disk.snapshot = snapshot;
      this.#application.restore(snapshot.state);
      this.#applied = snapshot.sequence;
      this.#port.history.installed(this.id, snapshot.sequence, this.#application.root);
      this.#port.log(this.id, `installs the state at ${snapshot.sequence}`);
      this.#instance?.installed(snapshot);
    });
  }

  /** Calls that meet share one wait for the disk, as in the journal. */
  #sync(): void {
    if (this.#syncing) return;
    const fail = this.#failNextSync;
    if (fail) {
      this.#port.log(this.id, 'cannot write to its disk and stops');
      this.crash('torn');
      fail();
      return;
    }
    this.#syncing = true;
    const lsn = this.#disk.end;
    this.#later(() => {
      this.#syncing = false;
      this.#disk.synced(lsn);
      while ((this.#adopted[0]?.lsn ?? Infinity) <= lsn) this.#disk.snapshot = this.#adopted.shift()?.snapshot;
      this.#port.checker.durable(this.id, lsn);
      this.#instance?.persisted(lsn);
      if (this.#disk.end > lsn) this.#sync();
    });
  }

  /** After the disk's time, unless the process is gone by then. */
  #later(run: () => void): void {
    const life = this.#life;
    const slowUs = this.#port.nowUs() < this.#slowUntilUs ? this.#slowUs : 0;
    const delayUs = 50 + slowUs + this.#random.exponential(this.#port.plan.disk.syncMeanUs);
    this.#port.schedule(delayUs, () => {
      if (life !== this.#life) return;
      run();
      this.pump();
    });
  }
}
