import { assert } from '../../model/index.ts';
import type { JournalRecord } from '../protocol.ts';
import { sha256 } from '../record/hash.ts';
import { Checkpoints } from './checkpoints.ts';
import { genesisCheckpoint } from './certificates.ts';
import type { PbftConfiguration } from './configuration.ts';
import { ExecutionState, stateDigest } from './execution-state.ts';
import { numbersPerLife, type Remembered } from './messages.ts';
import { OthersMemory } from './others-memory.ts';
import { Outbox } from './outbox.ts';
import { recall } from './recall.ts';
import { nothing, refold, type Refolded, type RefoldedSlot } from './refold.ts';
import { RequestPool } from './request-pool.ts';
import { Shared } from './shared.ts';
import { SlotLog } from './slot-log.ts';
import type { PbftStart } from './work.ts';

/** The parts of a core, standing where the journal ended. */
interface Restored {
  shared: Shared;
  slots: SlotLog;
  pool: RequestPool;
  checkpoints: Checkpoints;
}

/**
 * Brings a core to where it was: views, votes and content from the journal; clock, client table and checkpoints by
 * executing again what the owner already has. Batches beyond that are handed out again. Where the journal cannot bring it
 * there, the core waits for a transfer without a vote.
 */
export function restore(configuration: PbftConfiguration, start: PbftStart): Restored {
  const { limits } = configuration;
  const { folded, records } = inEpoch(configuration, start);
  const outbox = new Outbox(start.lsn + start.records.length);
  const shared = new Shared(configuration, outbox, folded.epoch?.certificate ?? genesisCheckpoint);
  shared.othersMemory = new OthersMemory(configuration.members.length, folded.heard);
  const { origin } = shared;
  recall(records, configuration.self, shared.authority);
  shared.view = folded.view;
  shared.active = folded.active;
  shared.newView = folded.newView;
  shared.viewChange = folded.viewChange;
  shared.now = start.time;
  const base = folded.stable.findLast(({ certificate }) => certificate.sequence <= start.sequence);
  const ahead = folded.stable.findLast(({ certificate }) => certificate.sequence > start.sequence);
  const state = base ? ExecutionState.decode(limits, base.state, origin.sequence) : ExecutionState.first(limits);
  assert(state, 'the journal holds the execution state of its checkpoints');
  // A new epoch refuses the bundles of the former one, so numbers need only rise above those that were executed.
  const before = Math.floor(state.clients.highest(configuration.self) / numbersPerLife);
  shared.life = Math.max(folded.life, before) + 1;
  outbox.record({ type: 'life', number: shared.life });
  shared.remember(rememberedOf(folded, start, records.length));

  const slots = new SlotLog(state.sequence, limits.window);
  const pool = new RequestPool(limits);
  for (const bundle of folded.bundles) pool.add(bundle, shared.authority.digest(bundle), 0);
  for (const [sequence, slot] of folded.slots) if (slots.has(sequence)) fill(slots, sequence, slot, shared);
  const checkpoints = new Checkpoints(shared, slots, pool, state, base ? base.lsn : start.lsn);
  checkpoints.restore(base?.certificate ?? origin, ahead?.certificate);
  const isLost = start.records.length === 0 && start.sequence > origin.sequence;
  shared.forgot = (start.forgot ?? isLost) || !folded.complete;
  shared.asking = !shared.forgot && shared.others.length > 0;
  shared.whole = state.sequence >= origin.sequence;
  if (shared.forgot) outbox.record({ type: 'memory', complete: false });
  if (base && start.base && base.certificate.sequence === start.base.certificate.sequence) {
    checkpoints.recordBase(origin, base.state);
  }
  executeAgain(start, shared, checkpoints, slots, pool);
  if (start.ended && base?.certificate.sequence === start.sequence) checkpoints.reportEnd(base.certificate, base.state);
  pool.purge(checkpoints.state.sequence, ({ client, number }) => checkpoints.state.clients.accepts(client, number));
  return { shared, slots, pool, checkpoints };
}

/** What the journal says of this epoch: nothing, when the epoch begins with this start. */
function inEpoch(
  { domain }: PbftConfiguration,
  start: PbftStart,
): { folded: Refolded; records: readonly JournalRecord[] } {
  const folded = refold(start.records, start.lsn);
  const { base } = start;
  if (!base || folded.epoch?.number === domain.epoch) {
    assert(!folded.epoch || folded.epoch.number === domain.epoch, 'a core is started in the epoch of its journal');
    return { folded, records: start.records };
  }
  const { certificate, root, state } = base;
  assert(
    certificate.digest === stateDigest(root, sha256(state)) && certificate.sequence <= start.sequence,
    'the owner has the ledger up to where an epoch begins, and the state that belongs to it',
  );
  const stable = [{ certificate: { ...certificate, votes: [] }, state, lsn: start.lsn + start.records.length }];
  const epoch = { number: domain.epoch, certificate };
  return { folded: { ...nothing(), life: folded.life, epoch, stable }, records: [] };
}

/** A life that named an earlier one had not yet been sure of itself, so what it knew was no more than that. */
function rememberedOf({ life, remembered }: Refolded, start: PbftStart, records: number): Remembered {
  if (records === 0) return { life: 0, recorded: 0 };
  const isSure = remembered === undefined || remembered.life === life;
  return isSure ? { life, recorded: start.lsn + records } : remembered;
}

function fill(slots: SlotLog, sequence: number, found: RefoldedSlot, shared: Shared): void {
  const slot = slots.at(sequence);
  slot.firstLsn = found.firstLsn;
  slot.certificate = found.certificate;
  slot.certified = found.certificate && found.proposals.get(found.certificate.header.digest);
  slot.committed = found.committed ?? found.ordered?.certificate;
  slot.ordered = found.ordered?.proposal;
  const { accepted, commit } = found;
  if (!shared.active || accepted?.prePrepare.header.view !== shared.view) return;
  slot.header = accepted.prePrepare.header;
  slot.proposal = accepted.prePrepare.proposal;
  slot.accepted = true;
  slot.isPrepared = found.certificate?.header.view === shared.view;
  if (accepted.prepare) slot.prepares.set(accepted.prepare.signer, accepted.prepare);
  if (commit?.view === shared.view) slot.commits.set(commit.signer, commit);
}

function executeAgain(
  start: PbftStart,
  shared: Shared,
  checkpoints: Checkpoints,
  slots: SlotLog,
  pool: RequestPool,
): void {
  const { state } = checkpoints;
  for (let sequence = state.sequence + 1; sequence <= start.sequence; sequence++) {
    const slot = slots.peek(sequence);
    // The record of the commitment may be lost; what was executed here had been prepared here, and nothing else can be.
    const proposal = slot?.find(slot.committed?.digest ?? slot.certificate?.header.digest ?? '');
    const root = start.roots[start.roots.length - 1 - (start.sequence - sequence)];
    if (!proposal || root === undefined) {
      shared.whole = false;
      return shared.outbox.notice({ type: 'incomplete', sequence });
    }
    checkpoints.execute(sequence, proposal);
    pool.executed(proposal.bundles, sequence, ({ client, number }) => !state.clients.accepts(client, number));
    checkpoints.applied(sequence, root, start.ended === true && sequence === start.sequence);
  }
  if (start.ended) shared.endsAt = start.sequence;
}
