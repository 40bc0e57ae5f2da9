import { clusterOrigin, type MemberRecord } from '../../../model/index.ts';
import type { Signer } from '../../crypto/signer.ts';
import { cosign, cosignedNote, readCosigned } from '../../record/cosignature.ts';
import type { Hash } from '../../record/hash.ts';

/** A checkpoint with the signatures of a quorum. */
export interface Cosigned {
  size: number;
  root: Hash;
  note: string;
  signers: string[];
}

export interface CosignerParts {
  cluster: string;
  /** Hexadecimal digits. */
  network: string;
  signer: Signer;
  /** The root when the ledger had this size; undefined if it has not, or too long ago. */
  rootAt: (size: number) => Hash | undefined;
  size: () => number;
  nowMs: () => number;
  send: (note: string) => void;
}

/** Sizes for which signatures are gathered at a time. */
const maxOpen = 16;

/**
 * Gathers the members' signatures on the ledger as C2SP checkpoints. Whoever leads offers the present size about once a
 * second while the ledger grows; everybody who has come so far and sees the same root signs, and tells all.
 */
export class Cosigner {
  readonly #parts: CosignerParts;
  readonly #origin: string;
  #members: readonly MemberRecord[] = [];
  #quorum = 1;
  /** Signature lines by size and signer. */
  readonly #open = new Map<number, { root: Hash; lines: Map<string, string> }>();
  #newest: Cosigned | undefined;

  constructor(parts: CosignerParts) {
    this.#parts = parts;
    this.#origin = clusterOrigin(parts.cluster, parts.network);
  }

  get newest(): Cosigned | undefined {
    return this.#newest;
  }

  /** A checkpoint that a quorum has signed without this watcher. */
  learn(cosigned: Cosigned): void {
    if (cosigned.size > (this.#newest?.size ?? 0)) this.#newest = cosigned;
  }

  setMembers(members: readonly MemberRecord[], quorum: number): void {
    this.#members = members;
    this.#quorum = quorum;
    this.#open.clear();
  }

  /** To be called about every second; `leads` says whether it is ours to begin. */
  offer(leads: boolean): void {
    const size = this.#parts.size();
    if (leads && size > (this.#newest?.size ?? 0)) this.#sign(size);
    // What got no answer may have been lost, or came too early for some.
    for (const [open] of this.#open) this.#tell(open);
  }

  receive(text: string): void {
    const keys = this.#members.map(({ id, publicKey }) => ({ name: id, publicKey: Buffer.from(publicKey, 'hex') }));
    const read = readCosigned(Buffer.from(text), keys);
    if (typeof read === 'string' || read.origin !== this.#origin || read.size <= (this.#newest?.size ?? 0)) return;
    const root = this.#parts.rootAt(read.size);
    if (root === undefined || root !== read.root) return;
    const isNew = !this.#open.has(read.size);
    // Lines of keys that are not the members' were not checked, whatever name they bear.
    for (const { name, line } of read.signed) this.#linesOf(read.size, root).lines.set(name, line);
    if (isNew) this.#sign(read.size);
    this.#close(read.size);
  }

  #sign(size: number): void {
    const { signer, nowMs } = this.#parts;
    const root = this.#parts.rootAt(size);
    if (root === undefined || !this.#members.some(({ id }) => id === signer.name)) return;
    const { lines } = this.#linesOf(size, root);
    if (lines.has(signer.name)) return;
    lines.set(signer.name, cosign({ origin: this.#origin, size, root }, signer, Math.floor(nowMs() / 1000)));
    this.#tell(size);
    this.#close(size);
  }

  #linesOf(size: number, root: Hash): { root: Hash; lines: Map<string, string> } {
    let open = this.#open.get(size);
    if (!open) {
      open = { root, lines: new Map() };
      this.#open.set(size, open);
      if (this.#open.size > maxOpen) this.#open.delete(Math.min(...this.#open.keys()));
    }
    return open;
  }

  #note(size: number): string | undefined {
    const open = this.#open.get(size);
    return open && cosignedNote({ origin: this.#origin, size, root: open.root }, [...open.lines.values()]);
  }

  #tell(size: number): void {
    const note = this.#note(size);
    if (note !== undefined) this.#parts.send(note);
  }

  #close(size: number): void {
    const open = this.#open.get(size);
    const note = this.#note(size);
    if (!open || note === undefined || open.lines.size < this.#quorum || size <= (this.#newest?.size ?? 0)) return;
    this.#newest = { size, root: open.root, note, signers: [...open.lines.keys()].sort() };
    for (const other of this.#open.keys()) if (other <= size) this.#open.delete(other);
    // Whoever missed a signature gets all of them.
    this.#parts.send(note);
  }
}
