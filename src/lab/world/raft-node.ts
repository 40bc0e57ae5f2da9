import { raft, type Request } from '../../agree/index.ts';
import { mix } from './application.ts';
import type { NodeStart, NodeUnderTest, NodeWork, StoredSnapshot } from './protocol.ts';
import type { Random } from './random.ts';

const { RaftCore, raftLimits, recollect } = raft;

/** The limits of a world's cores. */
export function limitsOf(tuning: NodeStart['tuning']): raft.RaftLimits {
  return { ...raftLimits, ...tuning };
}

/** A Raft core in a simulated node. */
export class RaftNode implements NodeUnderTest<raft.RaftMessage> {
  readonly core: raft.RaftCore;
  #ready: raft.RaftReady | undefined;

  private constructor(core: raft.RaftCore) {
    this.core = core;
  }

  /** A text says why the records are not those of a member. */
  static start(start: NodeStart, rules: raft.RaftRules): RaftNode | string {
    const { id, snapshot, seed, tuning } = start;
    const point = snapshot?.proof as raft.Point | undefined;
    const memory = recollect(start.start, start.records, { voters: start.genesis, learners: [] }, point);
    if (typeof memory === 'string') return memory;
    const applied = snapshot?.sequence ?? 0;
    const kept = snapshot && point ? { snapshot: { point, state: snapshot.state } } : {};
    return new RaftNode(new RaftCore({ id, memory, applied, seed, limits: limitsOf(tuning), rules, ...kept }));
  }

  tick(now: number): void {
    this.core.step({ type: 'tick', now });
  }

  propose(request: Request): void {
    this.core.step({ type: 'propose', request });
  }

  receive(from: number, message: raft.RaftMessage): void {
    this.core.step({ type: 'message', from, message });
  }

  persisted(lsn: number): void {
    this.core.step({ type: 'persisted', lsn });
  }

  applied(): void {
    // Raft does not compare states.
  }

  proofAt(sequence: number): raft.Point | undefined {
    return this.core.pointAt(sequence);
  }

  compacted({ sequence, state }: StoredSnapshot): void {
    this.core.step({ type: 'compact', sequence, state });
  }

  installed({ sequence }: StoredSnapshot): void {
    this.core.step({ type: 'installed', sequence });
  }

  ready(): NodeWork<raft.RaftMessage> | undefined {
    const ready = this.core.ready();
    this.#ready = ready;
    if (!ready?.install) return ready as NodeWork<raft.RaftMessage> | undefined;
    const { point, state } = ready.install;
    return { ...ready, install: { sequence: point.index, state, proof: point } };
  }

  advance(): void {
    if (this.#ready) this.core.advance(this.#ready);
    this.#ready = undefined;
  }

  members(): readonly number[] {
    const { voters, learners } = this.core.inspect().membership;
    return [...voters, ...learners];
  }

  isQuorum(nodes: readonly number[]): boolean {
    const { voters } = this.core.inspect().membership;
    return voters.length === 0 || 2 * voters.filter((id) => nodes.includes(id)).length > voters.length;
  }

  leads(): boolean {
    return this.core.inspect().role === 'leader';
  }

  describe(): string {
    const { role, term, leader, membership } = this.core.inspect();
    const members = `${membership.voters.join(' ')}${membership.learners.map((id) => ` +${id}`).join('')}`;
    return `is ${role} in term ${term}, leader ${leader ?? '?'}, members ${members}`;
  }

  /** Adds, promotes and removes one server at a time, or hands leadership over; only a leader does anything. */
  operate(nodes: readonly number[], members: number, random: Random): void {
    const { voters, learners } = this.core.inspect().membership;
    const outside = nodes.filter((id) => !voters.includes(id) && !learners.includes(id));
    const change = (type: raft.MembershipChange['type'], member: number) =>
      this.core.step({ type: 'change', id: `change ${mix(member, random.next())}`, change: { type, member } });
    const choice = random.below(4);
    if (choice === 0) this.core.step({ type: 'transfer', to: random.pick(nodes) });
    else if (choice === 1 && outside.length > 0) change('add-learner', random.pick(outside));
    else if (learners.length > 0) change('promote', random.pick(learners));
    else if (voters.length > members) change('remove', random.pick(voters));
  }
}
