import { assert } from '../../model/index.ts';
import { Checkpoints } from './checkpoints.ts';
import { genesisCheckpoint } from './certificates.ts';
import { ExecutionState } from './execution-state.ts';
import { refold, type Refolded, type RefoldedSlot } from './refold.ts';
import { RequestPool } from './request-pool.ts';
import type { Shared } from './shared.ts';
import { SlotLog } from './slot-log.ts';
import type { PbftStart } from './work.ts';

/** The parts of a core, standing where the journal ended. */
interface Restored {
  slots: SlotLog;
  pool: RequestPool;
  checkpoints: Checkpoints;
}

/**
 * Brings a core to where it was: views, votes and content from the journal; clock, client table and checkpoints by
 * executing again what the owner already has. Batches beyond that are handed out again.
 */
export function restore(shared: Shared, start: PbftStart): Restored {
  const { limits, authority } = shared;
  const folded = refold(start.records, start.lsn);
  shared.life = folded.life + 1;
  shared.view = folded.view;
  shared.active = folded.active;
  shared.newView = folded.newView;
  shared.viewChange = folded.viewChange;
  shared.now = start.time;
  shared.outbox.record({ type: 'life', number: shared.life });

  const base = folded.stable.findLast(({ certificate }) => certificate.sequence <= start.sequence);
  const ahead = folded.stable.findLast(({ certificate }) => certificate.sequence > start.sequence);
  const state = base ? ExecutionState.decode(limits, base.state) : new ExecutionState(limits);
  assert(state, 'the journal holds the execution state of its checkpoints');
  const slots = new SlotLog(state.sequence, limits.window);
  const pool = new RequestPool(limits);
  for (const bundle of folded.bundles) pool.add(bundle, authority.digest(bundle), 0);
  for (const [sequence, slot] of folded.slots) if (slots.has(sequence)) fill(slots, sequence, slot, shared);
  const baseLsn = base ? base.lsn : start.lsn;
  const checkpoints = new Checkpoints(shared, slots, pool, state, firstOfBase(folded, baseLsn, start));
  checkpoints.restore(base?.certificate ?? genesisCheckpoint, ahead?.certificate);
  executeAgain(start, checkpoints, slots, pool);
  pool.purge(checkpoints.state.sequence, ({ client, number }) => checkpoints.state.clients.accepts(client, number));
  return { slots, pool, checkpoints };
}

/** A base is written as several records together; the journal is needed from the first of them. */
function firstOfBase(folded: Refolded, lsn: number, start: PbftStart): number {
  return folded.stable.length > 0 ? Math.max(start.lsn, lsn - maxBaseRecords) : start.lsn;
}

/** life, new-view, view-change before the checkpoint itself. */
const maxBaseRecords = 3;

function fill(slots: SlotLog, sequence: number, found: RefoldedSlot, shared: Shared): void {
  const slot = slots.at(sequence);
  slot.firstLsn = found.firstLsn;
  slot.certificate = found.certificate;
  slot.certified = found.certificate && found.proposals.get(found.certificate.header.digest);
  slot.committed = found.committed;
  const { accepted, commit } = found;
  if (!shared.active || accepted?.prePrepare.header.view !== shared.view) return;
  slot.header = accepted.prePrepare.header;
  slot.proposal = accepted.prePrepare.proposal;
  slot.accepted = true;
  slot.isPrepared = found.certificate?.header.view === shared.view;
  if (accepted.prepare) slot.prepares.set(accepted.prepare.signer, accepted.prepare);
  if (commit?.view === shared.view) slot.commits.set(commit.signer, commit);
}

function executeAgain(start: PbftStart, checkpoints: Checkpoints, slots: SlotLog, pool: RequestPool): void {
  const { state } = checkpoints;
  for (let sequence = state.sequence + 1; sequence <= start.sequence; sequence++) {
    const slot = slots.peek(sequence);
    // The record of the commitment may be lost; what was executed here had been prepared here, and nothing else can be.
    const proposal = slot?.find(slot.committed?.digest ?? slot.certificate?.header.digest ?? '');
    const root = start.roots[start.roots.length - 1 - (start.sequence - sequence)];
    assert(proposal && root !== undefined, 'the journal holds what the owner has executed since the checkpoint');
    checkpoints.execute(sequence, proposal);
    for (const reference of proposal.bundles) {
      pool.executed(reference, sequence, ({ client, number }) => !state.clients.accepts(client, number));
    }
    checkpoints.applied(sequence, root);
  }
}
