import type { Disk } from '../../../platform/index.ts';
import type { SlotOfVote, VoteSigner } from '../../crypto/ports.ts';
import { keyOf, SignGuard } from '../../crypto/sign-guard.ts';
import type { Signer } from '../../crypto/signer.ts';
import { openFileJournal } from '../../journal/file-journal.ts';
import type { Journal } from '../../journal/journal.ts';
import { hashBytes, hashFromBytes, hashToBytes, sha256, type Hash } from '../../record/hash.ts';
import { ByteReader, ByteWriter } from '../../codec/bytes.ts';

const kinds = ['pre-prepare', 'prepare', 'commit', 'checkpoint', 'view-change', 'new-view'] as const;
const recordBytes = 1 + 4 + 8 + 8 + hashBytes;
/** Votes that are remembered over restarts; older ones belong to slots that checkpoints have closed long since. */
const maxVotes = 65_536;
const segmentBytes = 4_194_304;

/**
 * Signs votes behind a guard whose memory is a journal of its own: a data folder of which the consensus journal was set
 * back, by a restored backup say, does not make this member contradict its earlier self. A vote does not wait for it:
 * what a crash takes from this memory the journal still has, unless that is set back in the same moment.
 */
export class GuardedSigner implements VoteSigner {
  readonly #signer: Signer;
  readonly #journal: Journal;
  readonly #guard: SignGuard;

  private constructor(signer: Signer, journal: Journal, guard: SignGuard) {
    this.#signer = signer;
    this.#journal = journal;
    this.#guard = guard;
  }

  static async open(disk: Disk, directory: string, signer: Signer): Promise<GuardedSigner> {
    const votes: (readonly [string, Hash])[] = [];
    const { journal } = await openFileJournal({
      disk,
      directory,
      segmentBytes,
      durableHead: false,
      gatherBytes: segmentBytes,
      mustExist: false,
      visit: ({ payload }) => {
        if (payload.length !== recordBytes) return 'not the memory of a vote';
        const reader = new ByteReader(payload);
        const kind = kinds[reader.u8()];
        if (!kind) return 'a vote of an unknown kind';
        const slot = { kind, epoch: reader.u32(), view: reader.u64(), sequence: reader.u64() };
        votes.push([keyOf(slot), hashFromBytes(reader.raw(hashBytes))]);
        return undefined;
      },
    });
    if (journal.failure) {
      await journal.close().catch(() => undefined);
      throw journal.failure;
    }
    const forgotten = { epoch: -1, view: -1, sequence: -1 };
    return new GuardedSigner(signer, journal, new SignGuard({ votes, forgotten }, maxVotes));
  }

  sign(bytes: Uint8Array): Uint8Array {
    return this.#signer.sign(bytes);
  }

  signVote(slot: SlotOfVote, bytes: Uint8Array): Uint8Array | undefined {
    const isKnown = this.#guard.knows(slot);
    if (!this.#guard.permits(slot, bytes)) return undefined;
    if (!isKnown) {
      const { kind, epoch, view, sequence } = slot;
      const writer = new ByteWriter(recordBytes).u8(kinds.indexOf(kind)).u32(epoch).u64(view).u64(sequence);
      this.#journal.append([writer.raw(hashToBytes(sha256(bytes))).bytes]);
    }
    return this.#signer.sign(bytes);
  }

  remembers(slot: SlotOfVote, bytes: Uint8Array): boolean {
    return this.#guard.remembers(slot, bytes);
  }

  /** Everything signed so far is remembered durably; to be called a few times a second. */
  async sync(): Promise<void> {
    await this.#journal.sync();
    if (this.#journal.end - this.#journal.start > 2 * maxVotes) {
      await this.#journal.truncateBefore(this.#journal.end - maxVotes);
    }
  }

  close(): Promise<void> {
    return this.#journal.close();
  }
}
