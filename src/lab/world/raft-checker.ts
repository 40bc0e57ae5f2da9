import { raft, type CommittedBatch } from '../../agree/index.ts';
import { Violation, type NodeStart, type ProtocolChecker } from './protocol.ts';
import type { RaftNode } from './raft-node.ts';

/** What a node's durable records say, kept apart from the node's own memory. */
interface DurableView {
  term: number;
  votedFor: number | undefined;
  base: number;
  /** Term by index. */
  entries: Map<number, number>;
  /** Appended and not yet durable, with positions. */
  pending: { lsn: number; record: raft.RaftRecord }[];
}

type Node = (id: number) => RaftNode | undefined;

/**
 * Raft's laws (dissertation, figure 3.2), seen from records and messages: election safety, log matching, leader
 * completeness; and that nothing is sent before what it rests on is durable.
 */
export class RaftChecker implements ProtocolChecker<raft.RaftMessage> {
  readonly #node: Node;
  readonly #maxOpen: number;
  readonly #durable = new Map<number, DurableView>();
  readonly #leaders = new Map<number, number>();
  /** `index:term` of every entry that anyone ever wrote, with its content and the term before it. */
  readonly #written = new Map<string, string>();
  /** By index: the entry's term, and a term in which it was surely committed. */
  readonly #committed: { term: number; inTerm: number }[] = [{ term: 0, inTerm: 0 }];
  readonly #terms = new Map<number, number>();
  /** `node:term` and whom it voted for, over all its lives. */
  readonly #votes = new Map<string, number>();
  /** Highest index that anyone ever held for committed. */
  #highestCommit = 0;

  constructor(node: Node, limits: raft.RaftLimits) {
    this.#node = node;
    // The entry that opens a term and a change of membership don't wait for the pipeline.
    this.#maxOpen = limits.maxOpenBatches + 2;
  }

  started(node: number, start: NodeStart): void {
    const view: DurableView = {
      term: 0,
      votedFor: undefined,
      base: start.snapshot?.sequence ?? 0,
      entries: new Map(),
      pending: [],
    };
    this.#durable.set(node, view);
    this.#terms.delete(node);
    for (const bytes of start.records) follow(view, decode(bytes));
  }

  appended(node: number, lsn: number, records: readonly Uint8Array[]): void {
    const view = this.#view(node);
    for (const [at, bytes] of records.entries()) {
      const record = decode(bytes);
      view.pending.push({ lsn: lsn + at, record });
      if (record.type !== 'entry') continue;
      this.#matches(node, view, record);
      if (record.entry.membership) this.#changes(node, record.entry.term);
    }
  }

  durable(node: number, lsn: number): void {
    const view = this.#view(node);
    while ((view.pending[0]?.lsn ?? Infinity) < lsn) {
      const next = view.pending.shift();
      if (next) follow(view, next.record);
    }
  }

  sent(node: number, to: number, message: raft.RaftMessage): void {
    const view = this.#view(node);
    if (message.type === 'vote-request' && !message.trial) this.#votesFor(node, message.term, node);
    if (message.type === 'vote-reply' && message.granted && !message.trial) this.#votesFor(node, message.term, to);
    if (message.type === 'vote-reply' && message.granted && !message.trial) {
      const kept = view.term > message.term || (view.term === message.term && view.votedFor === to);
      if (!kept) throw new Violation('durability', `node ${node} votes in term ${message.term} before that is durable`);
    }
    if (message.type === 'append-reply' && !message.refused) {
      const holds = message.index <= view.base || view.entries.has(message.index);
      if (view.term < message.term || (!holds && view.term === message.term)) {
        throw new Violation('durability', `node ${node} confirms ${message.index} before that is durable`);
      }
    }
  }

  applied(node: number, batch: CommittedBatch): void {
    const core = this.#node(node)?.core;
    const term = core?.termAt(batch.sequence);
    if (!core || term === undefined)
      throw new Violation('log', `node ${node} applied ${batch.sequence} and does not hold it`);
    const known = (this.#committed[batch.sequence] ??= { term, inTerm: core.inspect().term });
    if (known.term !== term) {
      throw new Violation('agreement', `node ${node} applied ${batch.sequence} with term ${term}`);
    }
  }

  stepped(node: number): void {
    const core = this.#node(node)?.core;
    if (!core) return;
    const { role, term, lastIndex, commit } = core.inspect();
    if (term < (this.#terms.get(node) ?? 0)) throw new Violation('term', `node ${node} goes back to term ${term}`);
    this.#terms.set(node, term);
    if (commit > this.#highestCommit) {
      this.#highestCommit = commit;
      if (role === 'leader') this.#newlyCommitted(node, core);
    }
    if (role !== 'leader') return;
    if (this.#leaders.get(term) !== node) this.#elected(node, term, core);
    const own = core.termAt(lastIndex - this.#maxOpen) === term ? lastIndex - this.#maxOpen : 0;
    if (own > commit) throw new Violation('water-mark', `node ${node} has more than ${this.#maxOpen} open batches`);
  }

  /** Section 3.6.1: one vote a term, whatever happens in between. */
  #votesFor(node: number, term: number, candidate: number): void {
    const key = `${node}:${term}`;
    const before = this.#votes.get(key) ?? candidate;
    if (before !== candidate) throw new Violation('one-vote', `node ${node} votes twice in term ${term}`);
    this.#votes.set(key, candidate);
  }

  /** Section 3.6.2: what is newly committed is of the leader's own term, and durable at a quorum. */
  #newlyCommitted(node: number, core: raft.RaftCore): void {
    const { term, commit, membership } = core.inspect();
    const own = core.termAt(commit);
    if (own !== term) throw new Violation('commit-rule', `leader ${node} of term ${term} commits ${commit} of ${own}`);
    const { voters } = membership;
    const holders = voters.filter((id) => {
      const view = this.#durable.get(id);
      return view && (view.entries.get(commit) === own || view.base >= commit);
    });
    if (2 * holders.length > voters.length) return;
    throw new Violation('commit-rule', `leader ${node} commits ${commit}, durable at ${holders.length} only`);
  }

  #elected(node: number, term: number, core: raft.RaftCore): void {
    const other = this.#leaders.get(term);
    if (other !== undefined) throw new Violation('election-safety', `nodes ${other} and ${node} lead term ${term}`);
    this.#leaders.set(term, node);
    for (let index = this.#committed.length - 1; index > 0; index--) {
      const committed = this.#committed[index];
      // A leader that wins late need not have what was committed in later terms.
      if (!committed || committed.inTerm >= term) continue;
      const own = core.termAt(index);
      if (own === committed.term) return;
      if (own !== undefined || index > core.inspect().lastIndex) {
        throw new Violation('leader-completeness', `leader ${node} of term ${term} lacks committed entry ${index}`);
      }
    }
  }

  /** Section 4.1, and the correction of 2015: a leader changes members only after it has committed in its term. */
  #changes(node: number, term: number): void {
    const core = this.#node(node)?.core;
    const status = core?.inspect();
    if (!core || status?.role !== 'leader' || status.term !== term) return;
    if (core.termAt(status.commit) === term) return;
    throw new Violation('change-rule', `leader ${node} changes members before term ${term} has committed anything`);
  }

  /** Same index and term: same entry, and the same one before it. */
  #matches(node: number, view: DurableView, record: Extract<raft.RaftRecord, { type: 'entry' }>): void {
    const { index, term, time, requests, membership } = record.entry;
    const before = this.#node(node)?.core.termAt(index - 1);
    if (before === undefined && index - 1 > view.base) return;
    const ids = requests.map((request) => request.id).join(' ');
    const content = `${before ?? '-'} ${time} ${ids} ${JSON.stringify(membership)}`;
    const key = `${index}:${term}`;
    const known = this.#written.get(key);
    if (known === undefined) this.#written.set(key, content);
    else if (known !== content) throw new Violation('log-matching', `node ${node} writes another entry at ${key}`);
  }

  #view(node: number): DurableView {
    const view = this.#durable.get(node);
    if (!view) throw new Violation('order', `node ${node} works before it has started`);
    return view;
  }
}

function decode(bytes: Uint8Array): raft.RaftRecord {
  const record = raft.decodeRecord(bytes);
  if (!record) throw new Violation('codec', 'a record that was written cannot be read');
  return record;
}

function follow(view: DurableView, record: raft.RaftRecord): void {
  if (record.type === 'promise') {
    view.term = record.term;
    view.votedFor = record.votedFor;
  } else if (record.type === 'base') {
    view.base = Math.max(view.base, record.point.index);
  } else {
    const { index, term } = record.entry;
    for (let later = index; view.entries.delete(later); later++);
    view.entries.set(index, term);
  }
}
