import { z } from 'zod';
import { genesisText, memberRecordSchema, QwError, type Genesis, type Membership } from '../../../model/index.ts';
import { readSmallFile, replaceFile, type Disk } from '../../../platform/index.ts';
import { layout } from '../../ledger/layout.ts';
import type { CheckpointCertificate } from '../../pbft/messages.ts';
import type { EpochBase } from '../../pbft/work.ts';
import { hashToHex, sha256, type Hash } from '../../record/hash.ts';

/** One epoch: who its members are, and where the one before it ended. */
export interface Epoch {
  membership: Membership;
  /** Undefined for the first. */
  base: EpochEnd | undefined;
}

/** Where an epoch ended, and so the next began. */
export interface EpochEnd extends EpochBase {
  /** Entries of the ledger. */
  size: number;
  /** A watcher that ran alone has signed its last ledger as a checkpoint; members vouch by the certificate. */
  note?: string | undefined;
}

const maxFileBytes = 16_777_216;
const hex = z.string().regex(/^([0-9a-f]{2})*$/);
const membership = z.strictObject({
  epoch: z.int().min(1),
  protocol: z.enum(['solo', 'raft', 'pbft']),
  watchers: z.array(memberRecordSchema),
  nextNumber: z.int(),
});
const base = z.strictObject({
  sequence: z.int(),
  digest: hex,
  votes: z.array(z.strictObject({ signer: z.int(), signature: hex })),
  root: hex,
  state: hex,
  size: z.int(),
  note: z.string().optional(),
});
const schema = z.strictObject({
  network: hex,
  epochs: z.array(z.strictObject({ membership, base: base.optional() })),
});

/**
 * The epochs that this member knows, first the genesis. What it keeps of an epoch's end is what the members of the former
 * one signed there: newcomers begin from it, and certificates show it.
 */
export class Epochs {
  readonly #disk: Disk;
  readonly #directory: string;
  readonly #network: string;
  readonly #epochs: Epoch[];

  private constructor(disk: Disk, directory: string, network: string, epochs: Epoch[]) {
    this.#disk = disk;
    this.#directory = directory;
    this.#network = network;
    this.#epochs = epochs;
  }

  static async open(disk: Disk, directory: string, genesis: Genesis): Promise<Epochs> {
    const where = `${directory}/${layout.epochs}`;
    const { epoch, protocol, watchers, nextNumber } = genesis;
    const first: Epoch = { membership: { epoch, protocol, watchers, nextNumber }, base: undefined };
    const network = hashToHex(sha256(Buffer.from(genesisText(genesis))));
    const bytes = await readSmallFile(disk, where, maxFileBytes);
    if (!bytes) return new Epochs(disk, directory, network, [first]);
    const read = schema.safeParse(parsed(bytes)).data;
    if (!read) throw new QwError('LEDGER_CORRUPT', 'the list of epochs is damaged', { where });
    if (read.network !== network) {
      throw new QwError('DATA_FOREIGN', 'the folder belongs to a cluster with another genesis', { where });
    }
    const epochs = read.epochs.map((one): Epoch => ({
      membership: one.membership as Membership,
      base: one.base && {
        certificate: {
          sequence: one.base.sequence,
          digest: fromHex(one.base.digest),
          votes: one.base.votes.map((vote) => ({ signer: vote.signer, signature: Buffer.from(vote.signature, 'hex') })),
        },
        root: fromHex(one.base.root),
        state: Buffer.from(one.base.state, 'hex'),
        size: one.base.size,
        note: one.base.note,
      },
    }));
    return new Epochs(disk, directory, network, [first, ...epochs]);
  }

  get network(): Hash {
    return fromHex(this.#network);
  }

  get latest(): Epoch {
    return this.#epochs.at(-1) as Epoch;
  }

  all(): readonly Epoch[] {
    return this.#epochs;
  }

  of(epoch: number): Epoch | undefined {
    return this.#epochs.find(({ membership: one }) => one.epoch === epoch);
  }

  /** Durable when it resolves; only then the epoch may begin. */
  async add(epoch: Epoch): Promise<void> {
    if (this.of(epoch.membership.epoch)) return;
    this.#epochs.push(epoch);
    const epochs = this.#epochs.slice(1).map(({ membership: who, base: begun }) => ({
      membership: who,
      ...(begun && {
        base: {
          ...written(begun.certificate),
          root: hashToHex(begun.root),
          state: Buffer.from(begun.state).toString('hex'),
          size: begun.size,
          note: begun.note,
        },
      }),
    }));
    const text = `${JSON.stringify({ network: this.#network, epochs })}\n`;
    await replaceFile(this.#disk, this.#directory, layout.epochs, Buffer.from(text));
  }
}

function written({ sequence, digest, votes }: CheckpointCertificate) {
  return {
    sequence,
    digest: hashToHex(digest),
    votes: votes.map(({ signer, signature }) => ({ signer, signature: Buffer.from(signature).toString('hex') })),
  };
}

function fromHex(text: string): Hash {
  return Buffer.from(text, 'hex').toString('latin1');
}

function parsed(bytes: Buffer): unknown {
  try {
    return JSON.parse(bytes.toString());
  } catch {
    return undefined;
  }
}
