import { bundleDigest, statementBytes, type Statement } from '../codec/pbft-statement.ts';
import type { SlotOfVote } from '../crypto/ports.ts';
import type { ParticipantId } from '../protocol.ts';
import type { Hash } from '../record/hash.ts';
import type { PbftConfiguration } from './configuration.ts';
import type { Bundle, Endorsement } from './messages.ts';

/** Signs as this member, and checks what others signed, under the network and epoch that all of them share. */
export class Authority {
  readonly #configuration: PbftConfiguration;

  constructor(configuration: PbftConfiguration) {
    this.#configuration = configuration;
  }

  accepts({ signer, signature }: Endorsement, statement: Statement): boolean {
    const { domain, verifier } = this.#configuration;
    return verifier.verify(signer, statementBytes(domain, signer, statement), signature);
  }

  /** For what does not bind: bundles, statuses, questions. */
  sign(statement: Statement): Endorsement {
    const { domain, signer, self } = this.#configuration;
    return { signer: self, signature: signer.sign(statementBytes(domain, self, statement)) };
  }

  /** For votes. Undefined when the guard refuses. */
  vote(statement: Statement, slot: Omit<SlotOfVote, 'epoch'>): Endorsement | undefined {
    const { domain, signer, self } = this.#configuration;
    const signature = signer.signVote({ ...slot, epoch: domain.epoch }, statementBytes(domain, self, statement));
    return signature && { signer: self, signature };
  }

  /** Whether this member knows that it has said exactly this. */
  remembers(statement: Statement, slot: Omit<SlotOfVote, 'epoch'>): boolean {
    const { domain, signer, self } = this.#configuration;
    return signer.remembers({ ...slot, epoch: domain.epoch }, statementBytes(domain, self, statement));
  }

  /** The bytes under a signature, where they serve for more than one purpose. */
  bytesOf(signer: ParticipantId, statement: Statement): Buffer {
    return statementBytes(this.#configuration.domain, signer, statement);
  }

  acceptsBytes({ signer, signature }: Endorsement, bytes: Uint8Array): boolean {
    return this.#configuration.verifier.verify(signer, bytes, signature);
  }

  signBytes(bytes: Uint8Array): Endorsement {
    const { signer, self } = this.#configuration;
    return { signer: self, signature: signer.sign(bytes) };
  }

  /** Of a bundle: the hash of what its client signs. */
  digest(bundle: Omit<Bundle, 'signature'>): Hash {
    return bundleDigest(this.#configuration.domain, bundle);
  }

  get self(): ParticipantId {
    return this.#configuration.self;
  }
}
