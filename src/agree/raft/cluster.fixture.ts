import { raftLimits, type RaftLimits } from './limits.ts';
import type { Membership, Point, RaftMessage } from './messages.ts';
import { RaftCore } from './raft-core.ts';
import { recollect } from './records.ts';
import { raftRules } from './rules.ts';
import type { CommittedBatch, CoreEvent } from '../protocol.ts';

export interface Letter {
  from: number;
  to: number;
  message: RaftMessage;
}

interface Member {
  core: RaftCore;
  journal: Uint8Array[];
  /** Records before it are durable. */
  durable: number;
  applied: CommittedBatch[];
  events: CoreEvent[];
  installed: { point: Point; state: Uint8Array } | undefined;
}

/** Cores joined by hand: the test says what is delivered, when disks catch up and how time passes. */
export class Cluster {
  readonly members = new Map<number, Member>();
  readonly #limits: RaftLimits;
  readonly #genesis: Membership;
  letters: Letter[] = [];
  /** Members whose disk is slow: nothing becomes durable there until `sync`. */
  readonly slowDisks = new Set<number>();
  #nowMs = 0;

  constructor(ids: readonly number[], limits: Partial<RaftLimits> = {}, voters: readonly number[] = ids) {
    this.#limits = { ...raftLimits, ...limits };
    this.#genesis = { voters, learners: [] };
    for (const id of ids) this.start(id);
    this.tick(0);
  }

  member(id: number): Member {
    const member = this.members.get(id);
    if (!member) throw new Error(`no member ${id}`);
    return member;
  }

  status(id: number) {
    return this.member(id).core.inspect();
  }

  /** Starts a member, or starts it again with what is durable. */
  start(id: number): void {
    const before = this.members.get(id);
    const journal = before?.journal.slice(0, before.durable) ?? [];
    const snapshot = before?.installed;
    const memory = recollect(0, journal, this.#genesis, snapshot?.point);
    if (typeof memory === 'string') throw new Error(memory);
    const start = { id, memory, applied: snapshot?.point.index ?? 0, seed: id, limits: this.#limits, rules: raftRules };
    const core = new RaftCore(snapshot ? { ...start, snapshot } : start);
    const durable = journal.length;
    this.members.set(id, { core, journal, durable, applied: [], events: [], installed: snapshot });
    core.step({ type: 'tick', now: this.#nowMs });
    this.#pump(id);
  }

  tick(ms: number, ids: Iterable<number> = this.members.keys()): void {
    this.#nowMs += ms;
    for (const id of ids) this.step(id, { type: 'tick', now: this.#nowMs });
  }

  step(id: number, input: Parameters<RaftCore['step']>[0]): void {
    this.member(id).core.step(input);
    this.#pump(id);
  }

  /** Everybody misses the leader for a while; then one member stands until it leads. */
  elect(id: number): void {
    for (let ms = 0; ms <= this.#limits.electionTimeoutMs; ms += 100) {
      this.tick(100);
      this.letters = [];
    }
    for (let ms = 0; ms <= 4 * this.#limits.electionTimeoutMs && this.status(id).role !== 'leader'; ms += 100) {
      this.tick(100, [id]);
      this.settle();
    }
  }

  propose(id: number, ...names: string[]): void {
    for (const name of names) this.step(id, { type: 'propose', request: { id: name, bytes: new Uint8Array(3) } });
  }

  /** Delivers what `may` lets through, until nothing is under way; the rest is lost. */
  settle(may: (letter: Letter) => boolean = () => true): void {
    for (let letter = this.letters.shift(); letter; letter = this.letters.shift()) {
      if (this.members.has(letter.to) && may(letter)) this.deliver(letter);
    }
  }

  deliver({ from, to, message }: Letter): void {
    this.step(to, { type: 'message', from, message });
  }

  sync(id: number): void {
    const member = this.member(id);
    member.durable = member.journal.length;
    this.step(id, { type: 'persisted', lsn: member.durable });
  }

  requests(id: number): string[] {
    return this.member(id).applied.flatMap((batch) => batch.requests.map((request) => request.id));
  }

  #pump(id: number): void {
    const member = this.member(id);
    for (let ready = member.core.ready(); ready; ready = member.core.ready()) {
      member.journal.push(...ready.persist);
      member.core.advance(ready);
      for (const { to, message } of ready.send)
        for (const peer of to) this.letters.push({ from: id, to: peer, message });
      member.applied.push(...ready.apply);
      member.events.push(...ready.events);
      if (ready.mustSync && !this.slowDisks.has(id)) {
        member.durable = member.journal.length;
        member.core.step({ type: 'persisted', lsn: member.durable });
      }
      if (!ready.install) continue;
      member.installed = ready.install;
      member.core.step({ type: 'installed', sequence: ready.install.point.index });
    }
  }
}
