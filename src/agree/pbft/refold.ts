import { assert } from '../../model/index.ts';
import type { JournalRecord, Lsn, ParticipantId } from '../protocol.ts';
import type { Hash } from '../record/hash.ts';
import { decodeRecord, type PbftRecord } from './journal-record.ts';
import type {
  Bundle,
  CheckpointCertificate,
  Commit,
  CommitCertificate,
  NewView,
  Ordered,
  Prepare,
  PreparedCertificate,
  PrePrepare,
  Proposal,
  Remembered,
  Sequence,
  Status,
  View,
  ViewChange,
} from './messages.ts';

/** What the journal says about one sequence. */
export interface RefoldedSlot {
  firstLsn: Lsn;
  proposals: Map<Hash, Proposal>;
  /** Of the highest view. */
  accepted: { prePrepare: PrePrepare; prepare: Prepare | undefined } | undefined;
  certificate: PreparedCertificate | undefined;
  commit: Commit | undefined;
  committed: CommitCertificate | undefined;
  /** Learned from others, with its content. */
  ordered: Ordered | undefined;
}

/** The epoch that a journal belongs to, and the certificate by which the former one vouched for its beginning. */
export interface JournalEpoch {
  number: number;
  certificate: CheckpointCertificate;
}

/**
 * The epoch in which a core's records end; undefined when they begin none, because they are of the first one. An owner
 * asks before it starts a core, to know with which members.
 */
export function epochOf(records: readonly JournalRecord[]): JournalEpoch | undefined {
  return refold(records, 0).epoch;
}

/** What a member was when its journal ended. */
export interface Refolded {
  /** Starts so far. */
  life: number;
  /** Position of the last record of a start, or of the checkpoint before which it is repeated. */
  lifeLsn: Lsn;
  /** False when it does not hold all that this member voted on in the epoch. */
  complete: boolean;
  /** How far it knows what it said itself; undefined before it ever said. */
  remembered: Remembered | undefined;
  /** Of each other member the status in which it remembered most. */
  heard: Map<ParticipantId, Status>;
  /** The epoch in which the journal ends; undefined for the first one. */
  epoch: JournalEpoch | undefined;
  view: View;
  active: boolean;
  newView: NewView | undefined;
  viewChange: ViewChange | undefined;
  slots: Map<Sequence, RefoldedSlot>;
  bundles: Bundle[];
  /** Stable checkpoints in order, with the execution state of each, and where the records begin that belong to it. */
  stable: { certificate: CheckpointCertificate; state: Uint8Array; lsn: Lsn }[];
}

/** Folds the records of earlier lives. They are our own and the journal guards them: what cannot be read is a broken rule. */
export function refold(records: readonly JournalRecord[], lsn: Lsn): Refolded {
  const folded = nothing();
  for (const [at, bytes] of records.entries()) {
    const record = decodeRecord(bytes);
    assert(record, 'the journal holds records of a known version');
    fold(folded, record, lsn + at);
  }
  return folded;
}

/** Of no records: where an epoch begins. */
export function nothing(): Refolded {
  return {
    life: 0,
    lifeLsn: 0,
    complete: true,
    remembered: undefined,
    heard: new Map(),
    epoch: undefined,
    view: 0,
    active: true,
    newView: undefined,
    viewChange: undefined,
    slots: new Map(),
    bundles: [],
    stable: [],
  };
}

function fold(folded: Refolded, record: PbftRecord, lsn: Lsn): void {
  switch (record.type) {
    case 'life':
      // A life that was sure of itself ends here, and with it what it remembers of itself; the next one has still to ask.
      if (record.number > folded.life && folded.remembered?.life === folded.life) {
        folded.remembered = { life: folded.life, recorded: lsn };
      }
      folded.life = Math.max(folded.life, record.number);
      folded.lifeLsn = lsn;
      return;
    case 'memory':
      folded.complete = record.complete;
      return;
    case 'remembered':
      folded.remembered = { life: record.life, recorded: record.recorded };
      return;
    case 'heard':
      folded.heard.set(record.status.signer, record.status);
      return;
    case 'epoch': {
      const { number, certificate } = record;
      // What was said in another epoch counts for nothing in this one.
      if (folded.epoch?.number !== record.number) {
        Object.assign(folded, nothing(), {
          life: folded.life,
          lifeLsn: folded.lifeLsn,
          epoch: { number, certificate },
        });
      }
      return;
    }
    case 'ordered': {
      const slot = slotAt(folded, record.certificate.sequence, lsn);
      slot.ordered = record;
      folded.bundles.push(...record.bundles);
      return;
    }
    case 'accepted': {
      const { prePrepare, prepare, bundles } = record;
      const slot = slotAt(folded, prePrepare.header.sequence, lsn);
      slot.proposals.set(prePrepare.header.digest, prePrepare.proposal);
      slot.accepted = { prePrepare, prepare };
      folded.bundles.push(...bundles);
      return;
    }
    case 'prepared':
      slotAt(folded, record.certificate.header.sequence, lsn).certificate = record.certificate;
      return;
    case 'commit':
      slotAt(folded, record.commit.sequence, lsn).commit = record.commit;
      return;
    case 'committed':
      slotAt(folded, record.certificate.sequence, lsn).committed ??= record.certificate;
      return;
    case 'view-change':
      folded.view = record.viewChange.view;
      folded.active = false;
      folded.viewChange = record.viewChange;
      return;
    case 'new-view':
      folded.view = record.newView.view;
      folded.active = true;
      folded.newView = record.newView;
      folded.viewChange = undefined;
      return;
    default:
      folded.stable.push({ certificate: record.certificate, state: record.state, lsn: folded.lifeLsn });
  }
}

function slotAt(folded: Refolded, sequence: Sequence, lsn: Lsn): RefoldedSlot {
  let slot = folded.slots.get(sequence);
  if (!slot) {
    slot = {
      firstLsn: lsn,
      proposals: new Map(),
      accepted: undefined,
      certificate: undefined,
      commit: undefined,
      committed: undefined,
      ordered: undefined,
    };
    folded.slots.set(sequence, slot);
  }
  return slot;
}
