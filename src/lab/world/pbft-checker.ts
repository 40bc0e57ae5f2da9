import { pbft, type CommittedBatch } from '../../agree/index.ts';
import { keysOf, sha256 } from './pbft-keys.ts';
import { limitsOf, type PbftNode } from './pbft-node.ts';
import { OneVote } from './pbft-one-vote.ts';
import { Proofs } from './pbft-proofs.ts';
import type { PbftWire } from './pbft-wire.ts';
import { Violation, type NodeStart, type ProtocolChecker } from './protocol.ts';

/** What was once durable on a node's disk, by place, and what is not yet. It outlives the node's processes. */
interface DurableView {
  accepted: Map<string, string>;
  prepared: Map<string, string>;
  leaves: number;
  pending: { lsn: number; record: pbft.PbftRecord }[];
}

/** Where a node was when somebody last looked; a process never goes back. */
interface Place {
  view: number;
  low: number;
  sequence: number;
}

/**
 * Laws of PBFT, seen from messages, records and certificates (Castro and Liskov, OSDI 1999, section 4): one vote for a
 * place, votes only on what is durable, certificates that anyone can verify, one root for a sequence.
 */
export class PbftChecker implements ProtocolChecker<PbftWire> {
  readonly #node: (id: number) => PbftNode | undefined;
  readonly #limits: pbft.PbftLimits;
  readonly #proofs: Proofs;
  readonly #durable = new Map<number, DurableView>();
  readonly #places = new Map<number, Place>();
  readonly #oneVote: OneVote;
  /** Nodes that have lost something that they said. */
  readonly #forgetful = new Set<number>();
  readonly #digests = new Map<number, string>();
  readonly #roots = new Map<number, string>();
  readonly #checkpoints = new Map<number, string>();

  constructor(node: (id: number) => PbftNode | undefined, tuning: NodeStart['tuning']) {
    this.#node = node;
    this.#limits = limitsOf(tuning);
    this.#oneVote = new OneVote((id) => node(id)?.genesis ?? []);
    this.#proofs = new Proofs(keysOf(tuning).verifier, (id) => node(id)?.genesis ?? [], this.#limits.window);
  }

  started(node: number, start: NodeStart): void {
    const view = this.#durable.get(node) ?? { accepted: new Map(), prepared: new Map(), leaves: 0, pending: [] };
    view.pending = [];
    this.#durable.set(node, view);
    this.#places.delete(node);
    this.#oneVote.started(node, start.start + start.records.length);
    if (start.forgot) this.#forgetful.add(node);
    for (const bytes of start.records) follow(view, decode(bytes));
  }

  appended(node: number, lsn: number, records: readonly Uint8Array[]): void {
    const { pending } = this.#view(node);
    for (const [at, bytes] of records.entries()) {
      const record = decode(bytes);
      this.#proofs.recorded(node, record);
      pending.push({ lsn: lsn + at, record });
    }
  }

  durable(node: number, lsn: number): void {
    const view = this.#view(node);
    const end = view.pending.findIndex((one) => one.lsn >= lsn);
    for (const { record } of view.pending.splice(0, end < 0 ? view.pending.length : end)) follow(view, record);
  }

  setBack(node: number, whole: boolean): void {
    this.#forgetful.add(node);
    if (whole) this.#oneVote.restored(node);
  }

  received(node: number, from: number, message: PbftWire): void {
    if (message.type !== 'status' || message.signer !== from) return;
    this.#oneVote.heard(node, from, message.number, message.voting ? message.remembered.recorded : 0);
  }

  sent(node: number, _to: number, message: PbftWire): void {
    const view = this.#view(node);
    switch (message.type) {
      case 'pre-prepare':
        if (message.header.signer === node) this.#voted(node, 'pre-prepare', message.header, view.accepted);
        return;
      case 'prepare':
        if (message.signer === node) this.#voted(node, 'prepare', message, view.accepted);
        return;
      case 'commit':
        if (message.signer !== node) return;
        // Both: to have prepared what another member proposed, and voted for something else oneself, is no ground.
        this.#voted(node, 'commit', message, view.accepted);
        this.#voted(node, 'commit', message, view.prepared);
        this.#oneVote.voted(node, `root ${message.sequence}`, message.root);
        return;
      case 'checkpoint':
        if (message.signer !== node) return;
        this.#oneVote.voted(node, `checkpoint ${message.sequence}`, message.digest);
        this.#same('checkpoint', this.#checkpoints, message.sequence, message.digest, `node ${node} has another state`);
        return;
      case 'view-change':
        if (message.signer === node && message.view > view.leaves) {
          throw new Violation('durability', `node ${node} leaves for view ${message.view} before that is durable`);
        }
        if (message.signer === node) {
          this.#oneVote.voted(node, `view change ${message.view}`, sha256(pbft.encodeMessage(message)));
        }
        return;
      case 'status':
        if (message.signer === node) this.#oneVote.told(node, message.number);
        return;
      default:
    }
  }

  applied(node: number, batch: CommittedBatch): void {
    const { certificate } = batch as pbft.CertifiedBatch;
    const { votes, ...ballot } = certificate;
    const { sequence } = batch;
    if (certificate.sequence !== sequence) throw new Violation('certificate', `node ${node} proves another sequence`);
    this.#proofs.carried(node, votes, { type: 'commit', ...ballot });
    this.#same('agreement', this.#digests, sequence, certificate.digest, `node ${node} has another proposal`);
    const covered = this.#roots.get(sequence - this.#limits.historyLag);
    if (covered !== undefined && covered !== certificate.root) {
      throw new Violation('certificate', `node ${node} has a commitment at ${sequence} to another ledger`);
    }
  }

  stepped(id: number): void {
    const node = this.#node(id);
    if (!node) return;
    for (const { sequence, root } of node.executed.splice(0)) {
      this.#same('state', this.#roots, sequence, root, `node ${id} has another root`);
    }
    for (const { certificate, root, state } of node.stables.splice(0)) this.#stable(id, certificate, root, state);
    const { view, low, high, sequence, forgot } = node.core.inspect();
    if (forgot) this.#oneVote.foundOut(id);
    if (forgot && !this.#forgetful.has(id)) {
      throw new Violation('memory', `node ${id} was made to believe that it has forgotten something`);
    }
    const before = this.#places.get(id);
    if (before && (view < before.view || low < before.low || sequence < before.sequence)) {
      throw new Violation('back', `node ${id} goes back to view ${view}, sequence ${sequence}, stable ${low}`);
    }
    if (high - low !== this.#limits.window)
      throw new Violation('water-mark', `node ${id} has a window of ${high - low}`);
    if (before) Object.assign(before, { view, low, sequence });
    else this.#places.set(id, { view, low, sequence });
  }

  #stable(
    node: number,
    { sequence, digest, votes }: pbft.CheckpointCertificate,
    root: string,
    state: Uint8Array,
  ): void {
    this.#proofs.carried(node, votes, { type: 'checkpoint', sequence, digest });
    this.#same('checkpoint', this.#checkpoints, sequence, digest, `node ${node} has another stable state`);
    this.#same('checkpoint', this.#roots, sequence, root, `node ${node} certifies another root`);
    if (pbft.stateDigest(root, sha256(state)) !== digest)
      throw new Violation('checkpoint', `node ${node} keeps other state`);
  }

  /** One statement for a place, over all lives; within the water marks; and resting on what is durable. */
  #voted(
    node: number,
    kind: string,
    { view, sequence, digest }: { view: number; sequence: number; digest: string },
    basis: Map<string, string>,
  ): void {
    const place = `${view} ${sequence}`;
    if (basis.get(place) !== digest) {
      throw new Violation('durability', `node ${node} sends a ${kind} for ${place} before its ground is durable`);
    }
    this.#oneVote.voted(node, `${kind} ${place}`, digest);
    const high = this.#node(node)?.core.inspect().high ?? 0;
    if (sequence > high) throw new Violation('water-mark', `node ${node} votes on ${sequence} above ${high}`);
  }

  #same(law: string, known: Map<number, string>, sequence: number, value: string, message: string): void {
    const before = known.get(sequence);
    if (before === undefined) known.set(sequence, value);
    else if (before !== value) throw new Violation(law, `${message} at ${sequence}`);
  }

  #view(node: number): DurableView {
    const view = this.#durable.get(node);
    if (!view) throw new Violation('order', `node ${node} works before it has started`);
    return view;
  }
}

function decode(bytes: Uint8Array): pbft.PbftRecord {
  const record = pbft.decodeRecord(bytes);
  if (!record) throw new Violation('codec', 'a record that was written cannot be read');
  return record;
}

function follow(view: DurableView, record: pbft.PbftRecord): void {
  if (record.type === 'accepted') {
    const { header } = record.prePrepare;
    view.accepted.set(`${header.view} ${header.sequence}`, header.digest);
  } else if (record.type === 'prepared') {
    const { header } = record.certificate;
    view.prepared.set(`${header.view} ${header.sequence}`, header.digest);
  } else if (record.type === 'new-view') {
    // What a new view brings is accepted with it.
    for (const { view: of, sequence, digest } of record.newView.headers) view.accepted.set(`${of} ${sequence}`, digest);
  } else if (record.type === 'view-change') {
    view.leaves = Math.max(view.leaves, record.viewChange.view);
  }
}
