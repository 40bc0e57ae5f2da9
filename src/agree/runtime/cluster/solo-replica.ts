import {
  clusterOrigin,
  type Genesis,
  type MemberRecord,
  type Membership,
  type Milliseconds,
} from '../../../model/index.ts';
import type { Timer } from '../../../platform/index.ts';
import type { Signer } from '../../crypto/signer.ts';
import type { Hash } from '../../record/hash.ts';
import { hashToHex } from '../../record/hash.ts';
import { cosign, cosignedNote } from '../../record/cosignature.ts';
import type { PbftLimits } from '../../pbft/configuration.ts';
import { firstBase } from '../../pbft/work.ts';
import type { ParticipantId } from '../../protocol.ts';
import type { SealSource } from '../../record/export-certificate.ts';
import type { SoloCore } from '../../solo/solo-core.ts';
import type { Transport } from '../../transport/transport.ts';
import type { ClusterApplication } from '../application.ts';
import { CoreReplica } from '../core-replica.ts';
import type { LedgerReplicaParts, Waiting } from '../ledger-replica.ts';
import type { Subscriptions } from '../subscriptions.ts';
import type { ClusterStatus } from './cluster-replica.ts';
import type { Cosigned } from './cosigner.ts';
import type { Epoch, Epochs } from './epochs.ts';
import { ForwardedProposals } from './forwarding.ts';
import { decodeFrame, encodeFrame, type Frame } from './frames.ts';
import { serveEntries, serveNext } from './ledger-server.ts';
import { heardOver } from './present-members.ts';

export interface SoloReplicaParts extends LedgerReplicaParts {
  application: ClusterApplication;
  genesis: Genesis;
  signer: Signer;
  epochs: Epochs;
  transport: Transport;
  /** Of the core with which the next epoch begins. */
  core: PbftLimits;
  onLinked: (watchers: readonly MemberRecord[]) => void;
  /** Several watchers decide from here on. */
  onEnd: () => void;
}

/** What the replica of the next epoch begins with. */
export interface SoloEnd {
  epoch: Epoch;
  subscriptions: Subscriptions;
  waiting: readonly Waiting[];
}

const lookMs = 1000;

/**
 * A watcher that decides alone while others observe: it signs its ledger for them, serves it, and proposes what they ask
 * for. When a second member is to vote, it ends with that batch.
 */
export class SoloReplica extends CoreReplica {
  readonly #parts: SoloReplicaParts;
  readonly #forwarded: ForwardedProposals;
  #linked: Membership['watchers'] | undefined;
  #newest: Cosigned | undefined;
  /** How far the ledgers of observers are. */
  readonly #sizes = new Map<ParticipantId, number>();
  #isTold = false;
  #timer: Timer | undefined;

  constructor(core: SoloCore, parts: SoloReplicaParts) {
    super(core, parts);
    this.#parts = parts;
    const { transport } = parts;
    this.#forwarded = new ForwardedProposals(
      (request) => this.propose(request),
      (to, frame) => transport.send(to, 'clients', encodeFrame(frame)),
    );
    transport.onFrame((from, _lane, bytes) => {
      const frame = this.running && !this.failed ? decodeFrame(bytes) : undefined;
      if (frame) this.#receive(from, frame);
    });
    this.#link();
    this.#look();
    this.schedule();
  }

  protected override hasEnded(): boolean {
    return this.#parts.application.membership().protocol !== 'solo';
  }

  protected override work(): void {
    super.work();
    this.#link();
    // One that is being closed leaves it to its next start.
    if (!this.hasEnded() || this.#isTold || this.failed || !this.running) return;
    this.#isTold = true;
    this.#parts.onEnd();
  }

  /** Seals the ledger as it is, durably, and gives it away. */
  async end(): Promise<SoloEnd> {
    const { epochs, application, core } = this.#parts;
    this.#timer?.cancel();
    const { subscriptions, waiting } = await this.handOver();
    const { size, root, note } = this.#sign();
    const { complete, time } = this.ledger.chain;
    const base = { ...firstBase(core, complete.sequence, time, root), size, note };
    const epoch = { membership: application.membership(), base };
    await epochs.add(epoch);
    return { epoch, subscriptions, waiting };
  }

  override status() {
    return { ...super.status(), cluster: this.#clusterStatus() };
  }

  heard(): ReadonlyMap<string, Milliseconds> {
    return heardOver(this.#parts.transport);
  }

  async seals(): Promise<readonly SealSource[]> {
    await this.ledger.sync();
    const { size, root, note } = this.#sign();
    return [{ size, root, note }];
  }

  epochEnds(): Promise<readonly SealSource[]> {
    return Promise.resolve([]);
  }

  protected override async release(): Promise<void> {
    this.#timer?.cancel();
    await this.#parts.transport.close();
  }

  #receive(from: ParticipantId, frame: Frame): void {
    const { transport, report } = this.#parts;
    if (frame.type === 'want-next') {
      this.#sizes.set(from, frame.size);
      serveNext(this.#parts, this.#newest, from, frame.epoch);
    } else if (frame.type === 'forward') this.#forwarded.take(from, frame);
    else if (frame.type === 'want-entries') {
      this.#sizes.set(from, frame.from);
      serveEntries(this.ledger, frame)
        .then((answer) => answer && transport.send(from, 'transfer', encodeFrame(answer)))
        .catch(report);
    }
  }

  /** About every second, as members do, so that observers are not far behind. */
  #look(): void {
    this.#timer = this.#parts.clock.after(lookMs, () => {
      if (!this.running || this.failed) return;
      if (this.ledger.size > (this.#newest?.size ?? 0) && (this.#linked?.length ?? 0) > 1) this.#sign();
      this.#look();
    });
  }

  #sign(): Cosigned {
    const { genesis, epochs, signer, clock } = this.#parts;
    const { size, chain } = this.ledger;
    if (this.#newest?.size === size) return this.#newest;
    const root: Hash = chain.root();
    const checkpoint = { origin: clusterOrigin(genesis.cluster, hashToHex(epochs.network)), size, root };
    const note = cosignedNote(checkpoint, [cosign(checkpoint, signer, Math.floor(clock.now() / 1000))]);
    this.#newest = { size, root, note, signers: [signer.name] };
    return this.#newest;
  }

  #link(): void {
    const { watchers } = this.#parts.application.membership();
    if (this.#linked === watchers) return;
    this.#linked = watchers;
    this.#parts.onLinked(watchers);
  }

  #clusterStatus(): ClusterStatus {
    const { transport, application, signer } = this.#parts;
    const links = new Map(transport.links().map((link) => [link.peer, link]));
    const { epoch, watchers } = application.membership();
    const newest = this.#newest;
    return {
      epoch,
      active: true,
      voting: true,
      sequence: this.sequence,
      faults: 0,
      quorum: 1,
      members: watchers.map(({ number, id }) => {
        const link = links.get(number);
        const error = link?.state === 'up' ? undefined : link?.lastError?.text;
        return {
          number,
          id,
          self: id === signer.name,
          link: link && {
            state: link.state,
            heardMs: link.heardMs,
            roundTripMs: link.roundTripMs,
            ...(error !== undefined && { error }),
          },
          ...(this.#sizes.has(number) && { entries: this.#sizes.get(number) }),
        };
      }),
      ...(newest && { cosigned: { size: newest.size, signers: newest.signers } }),
    };
  }
}
