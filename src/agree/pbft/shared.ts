import type { EpochMs, Milliseconds } from '../../model/index.ts';
import type { ParticipantId } from '../protocol.ts';
import { Authority } from './authority.ts';
import { CertificateCheck } from './certificates.ts';
import { checkLimits, Membership, type PbftConfiguration, type PbftLimits } from './configuration.ts';
import { HeldMessages } from './held-messages.ts';
import type { CheckpointCertificate, Message, NewView, Remembered, Sequence, View, ViewChange } from './messages.ts';
import { OthersMemory } from './others-memory.ts';
import type { Outbox } from './outbox.ts';
import type { RefusalReason } from './work.ts';

/** What ordering and view changing have in common: who we are, where we are, and what goes out. */
export class Shared {
  readonly configuration: PbftConfiguration;
  readonly limits: PbftLimits;
  readonly membership: Membership;
  readonly authority: Authority;
  readonly check: CertificateCheck;
  readonly outbox: Outbox;
  readonly held: HeldMessages;
  readonly others: readonly ParticipantId[];

  view: View = 0;
  /** False between leaving one view and entering the next. */
  active = true;
  /** What made `view` active; none for view 0. */
  newView: NewView | undefined;
  /** Ours for `view`, while it is not active. */
  viewChange: ViewChange | undefined;
  /** False after a quorum certified another state than ours, or when the journal cannot bring us to where we were. */
  whole = true;
  /** From the start until enough others have answered that they remember no more of this member than itself. */
  asking = false;

  /** How many times this core was started, or found that it had forgotten. */
  life = 0;
  /** What this member knew of itself when it started; and since it was sure of that, everything. */
  remembered: Remembered = { life: 0, recorded: 0 };

  /** The wall clock, as the last tick said. */
  now: EpochMs = 0;
  /** Time that passed while ticks came; jumps of the clock are not in it. */
  elapsedMs: Milliseconds = 0;

  /** What others said last of themselves. */
  othersMemory: OthersMemory;

  /** Where this epoch begins. All its members know it, so it has no votes here. */
  readonly origin: CheckpointCertificate;
  /** The same with the votes of the former epoch's members. */
  readonly former: CheckpointCertificate;
  /** The batch that ended this epoch: nothing beyond it is ordered or executed. */
  endsAt: Sequence | undefined;
  /** Whether this member has lost its memory of what it voted; it votes again when everything that may have been is history. */
  forgot = false;

  constructor(configuration: PbftConfiguration, outbox: Outbox, former: CheckpointCertificate) {
    checkLimits(configuration.limits);
    this.configuration = configuration;
    this.limits = configuration.limits;
    this.membership = new Membership(configuration.members);
    this.authority = new Authority(configuration);
    this.former = former;
    this.origin = { ...former, votes: [] };
    this.check = new CertificateCheck(this.membership, this.authority, this.origin);
    this.outbox = outbox;
    this.othersMemory = new OthersMemory(configuration.members.length);
    this.held = new HeldMessages(configuration.limits.maxHeldMessages);
    this.others = this.membership.others(configuration.self);
  }

  get voting(): boolean {
    return this.isSound && !this.asking;
  }

  /** Whether this member's own votes and state are all here, as far as it knows. */
  get isSound(): boolean {
    return this.whole && !this.forgot;
  }

  get self(): ParticipantId {
    return this.configuration.self;
  }

  get isPrimary(): boolean {
    return this.membership.primary(this.view) === this.self;
  }

  /** How far this member knows itself; durable before anything that carries a number of this life. */
  remember(remembered: Remembered): void {
    this.remembered = remembered;
    this.outbox.record({ type: 'remembered', ...remembered });
    this.outbox.beginLife();
  }

  refuse(from: ParticipantId, kind: Message['type'] | 'transfer', reason: RefusalReason): void {
    this.outbox.notice({ type: 'refused', from, kind, reason });
  }
}
