import type { MemberRecord } from '../../model/index.ts';
import { verifyEd25519, type Signer } from '../crypto/signer.ts';
import { pbftLimits } from '../pbft/configuration.ts';
import type { CommitCertificate, Message } from '../pbft/messages.ts';
import { PbftCore } from '../pbft/pbft-core.ts';
import type { StableCheckpoint } from '../pbft/work.ts';
import type { ParticipantId } from '../protocol.ts';
import type { Hash } from './hash.ts';

/** What the cores' owner does with a batch. */
interface Owner {
  /** Called once for each batch. */
  execute: () => void;
  /** Of the ledger as it is now. */
  root: () => Hash;
  /** The batch is the last of the epoch. */
  epochEnds?: boolean;
}

/** The PBFT cores of one epoch with real keys, joined without loss; one request makes one batch. */
export class CertifyingCores {
  readonly #cores = new Map<ParticipantId, PbftCore>();
  readonly #records = new Map<ParticipantId, number>();
  /** What the members signed where the epoch ended. */
  ended: StableCheckpoint | undefined;
  #requests = 0;
  #executed = 0;

  constructor(network: Hash, epoch: number, voters: readonly MemberRecord[], signers: ReadonlyMap<string, Signer>) {
    const keys = new Map(voters.map(({ number, publicKey }) => [number, Buffer.from(publicKey, 'hex')]));
    for (const { number: self, id } of voters) {
      const sign = (bytes: Uint8Array) => signers.get(id)?.sign(bytes) ?? Buffer.alloc(64);
      const core = new PbftCore({
        domain: { network, epoch },
        members: voters.map(({ number }) => number),
        self,
        signer: { sign, signVote: (_slot, bytes) => sign(bytes), remembers: () => true },
        verifier: {
          verify: (by, bytes, signature) => verifyEd25519(keys.get(by) ?? Buffer.alloc(0), bytes, signature),
        },
        limits: { ...pbftLimits, maxInFlight: 1, historyLag: 1, checkpointInterval: 64, window: 128 },
      });
      this.#cores.set(self, core);
    }
  }

  /** Orders one request, and gives the certificates of its batch. */
  order(now: number, owner: Owner): CommitCertificate[] {
    const certificates: CommitCertificate[] = [];
    const flying: { from: ParticipantId; to: ParticipantId; message: Message }[] = [];
    this.#requests += 1;
    for (const core of this.#cores.values()) core.step({ type: 'tick', now });
    const [first] = this.#cores.values();
    first?.step({ type: 'propose', request: { id: `r${this.#requests}`, bytes: Buffer.alloc(0) } });
    for (;;) {
      for (const [from, core] of this.#cores) {
        for (let ready = core.ready(); ready; ready = core.ready()) {
          core.advance(ready);
          for (const { to, message } of ready.send) for (const one of to) flying.push({ from, to: one, message });
          for (const { sequence, certificate } of ready.apply) {
            if (sequence > this.#executed) owner.execute();
            this.#executed = Math.max(this.#executed, sequence);
            certificates.push(certificate);
            const epochEnds = owner.epochEnds ?? false;
            core.step({ type: 'applied', sequence, root: owner.root(), epochEnds });
          }
          this.ended = ready.stable.find(({ endsEpoch }) => endsEpoch) ?? this.ended;
          const lsn = (this.#records.get(from) ?? 0) + ready.persist.length;
          this.#records.set(from, lsn);
          if (ready.mustSync) core.step({ type: 'persisted', lsn });
        }
      }
      const next = flying.shift();
      if (!next) break;
      this.#cores.get(next.to)?.step({ type: 'message', from: next.from, message: next.message });
    }
    if (certificates.length === 0) throw new Error('nothing was ordered');
    return certificates;
  }
}
