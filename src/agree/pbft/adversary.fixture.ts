import { bundleDigest, proposalDigest, type Domain } from '../codec/pbft-statement.ts';
import type { ParticipantId } from '../protocol.ts';
import { domain, forge, type Cluster } from './cluster.fixture.ts';
import { numbersPerLife } from './messages.ts';
import type { Bundle, Commit, Header, NewView, Prepare, PrePrepare, Proposal, Status, ViewChange } from './messages.ts';

/** Messages as a member would make them whose key an adversary holds: well signed, and saying what the test wants. */

export function bundleOf(client: ParticipantId, number: number, ...texts: string[]): Bundle {
  const requests = texts.map((text) => ({ id: text, bytes: Buffer.from(text) }));
  const statement = { type: 'bundle' as const, number, requests };
  return { ...statement, ...forge(client, statement) };
}

export function proposalOf(time: number, ...bundles: Bundle[]): Proposal {
  return {
    time,
    bundles: bundles.map((one) => ({ client: one.signer, number: one.number, digest: bundleDigest(domain, one) })),
  };
}

export function headerOf(signer: ParticipantId, view: number, sequence: number, digest: string): Header {
  const header = { view, sequence, digest };
  return { ...header, ...forge(signer, { type: 'pre-prepare', header }) };
}

export function prePrepareOf(
  signer: ParticipantId,
  view: number,
  sequence: number,
  proposal: Proposal,
  digest = proposalDigest(proposal),
): PrePrepare {
  return { type: 'pre-prepare', header: headerOf(signer, view, sequence, digest), proposal };
}

export function prepareOf(
  signer: ParticipantId,
  header: Omit<Header, 'signer' | 'signature'>,
  within?: Domain,
): Prepare {
  const { view, sequence, digest } = header;
  const statement = { type: 'prepare' as const, view, sequence, digest };
  return { ...statement, ...forge(signer, statement, within) };
}

export function commitOf(
  signer: ParticipantId,
  header: Omit<Header, 'signer' | 'signature'>,
  root = '\0'.repeat(32),
): Commit {
  const { view, sequence, digest } = header;
  const statement = { type: 'commit' as const, view, sequence, digest, root };
  return { ...statement, ...forge(signer, statement) };
}

export function viewChangeOf(
  signer: ParticipantId,
  statement: Omit<ViewChange, 'type' | 'signer' | 'signature'>,
): ViewChange {
  const whole = { type: 'view-change' as const, ...statement };
  return { ...whole, ...forge(signer, whole) };
}

export function newViewOf(signer: ParticipantId, statement: Omit<NewView, 'type' | 'signer' | 'signature'>): NewView {
  const whole = { type: 'new-view' as const, ...statement };
  return { ...whole, ...forge(signer, whole) };
}

export function statusOf(signer: ParticipantId, number: number, more: Partial<Status> = {}): Status {
  const statement = {
    type: 'status' as const,
    number,
    view: 0,
    active: true,
    suspects: false,
    voting: true,
    asks: false,
    remembered: { life: Math.floor(number / numbersPerLife), recorded: 0 },
    stable: 0,
    executed: 0,
    slots: [],
    viewChanges: [],
    ...more,
  };
  return { ...statement, ...forge(signer, statement) };
}

/** Member 0, the first primary, is in the adversary's hand: its own core says nothing. */
export function takeOverPrimary(cluster: Cluster): void {
  cluster.crash(0);
}
