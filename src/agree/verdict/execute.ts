import { QwError, type EpochMs, type LedgerRequest, type SignedRequest } from '../../model/index.ts';
import type { VerifySignature } from '../crypto/signer.ts';
import { finishOwnAction, startAction } from './actions.ts';
import { checkAuthority } from './authority.ts';
import { configure } from './configure.ts';
import { changeDocument } from './document-change.ts';
import { Decider, waitingOf } from './decide.ts';
import { Draft, type RecordDraft } from './draft.ts';
import type { Basis } from './fold.ts';
import { hear, observe } from './hear.ts';
import { askedOf, changeMembers } from './members.ts';
import { pastOf } from './number-window.ts';
import { changeMirror } from './mirror-change.ts';
import { handleIncident } from './people.ts';
import { maxOpinionLength } from './evidence.ts';
import { digestOf, signedBytes, signedTexts } from './signed-request.ts';
import { changeOnCall } from './routing/on-call-change.ts';
import { changeSnooze } from './snooze-change.ts';
import type { State } from './state.ts';
import { tellOfUplink } from './uplinks.ts';

/** What execution rests on besides the state. */
export interface Rules extends Basis {
  verify: VerifySignature;
}

/**
 * The entries that follow from one request on this state at this time. A function of its arguments: it changes nothing,
 * and a request without effect yields no entry. Throws a QwError when the request is refused. `waiting` are the checks
 * that time alone may change.
 */
export function execute(
  state: State,
  signed: SignedRequest,
  time: EpochMs,
  rules: Rules,
  waiting: Iterable<string>,
): readonly RecordDraft[] {
  const { signer, number, signature, request } = signed;
  const digests = checkSigned(state, signed, rules);
  const draft = draftOf(state, time, rules);
  // Whoever asks, what time brings about is the same.
  if (request.kind === 'tick') return tick(state, time, rules, waiting);
  begin(draft, rules);
  if (request.kind === 'observe') {
    observe(draft, { ...signed, request }, waiting);
    return draft.records;
  }
  if (request.kind === 'presence') {
    hear(draft, { ...signed, request }, waiting);
    return draft.records;
  }
  checkCarrier(signed);
  checkOperator(draft, request, rules);
  const body = { watcher: signer, number, kind: request.kind, digest: digests[0] ?? '', signature };
  draft.emit({ kind: 'request', body });
  const before = draft.records.length;
  carryOut(draft, request, waiting);
  return draft.records.length > before ? draft.records : [];
}

/** What follows from time alone: maintenance ends, flapping ends, delays are over. */
export function tick(state: State, time: EpochMs, rules: Basis, waiting: Iterable<string>): readonly RecordDraft[] {
  const draft = draftOf(state, time, rules);
  new Decider(draft, waiting).settleAll(waitingOf(draft, waiting));
  return draft.records;
}

function draftOf(state: State, time: EpochMs, basis: Basis): Draft {
  // Agreed time does not go back; a request ordered earlier than the last entry would.
  return new Draft(state, Math.max(time, state.time), basis);
}

/** The ledger begins with its genesis; one of version 0.1.0 gets it when it goes on. */
function begin(draft: Draft, { genesis }: Basis): void {
  if (!draft.genesis || !('format' in draft.genesis)) draft.emit({ kind: 'genesis', body: genesis });
}

function carryOut(draft: Draft, request: LedgerRequest, waiting: Iterable<string>): void {
  switch (request.kind) {
    case 'configure':
      configure(draft, { ...request.body, ...(request.authority && { authority: request.authority }) });
      break;
    case 'membership':
      changeMembers(draft, request, waiting);
      break;
    case 'incident-acknowledge':
    case 'incident-note':
    case 'incident-status':
    case 'incident-assign':
    case 'incident-cause':
    case 'incident-postmortem':
    case 'incident-impact':
    case 'incident-link':
      handleIncident(draft, request);
      break;
    case 'action-start':
      startAction(draft, request);
      break;
    case 'action-finish':
      finishOwnAction(draft, request);
      break;
    case 'uplink-switch':
    case 'uplink-drill':
      tellOfUplink(draft, request);
      break;
    case 'dashboard':
    case 'flow-view':
      changeDocument(draft, request);
      break;
    case 'snooze':
    case 'snooze-end':
      changeSnooze(draft, request);
      break;
    case 'on-call-override':
    case 'on-call-override-end':
      changeOnCall(draft, request);
      break;
    case 'mirror-propose':
    case 'mirror-approve':
    case 'mirror-stop':
    case 'mirror-begin':
    case 'mirror-end':
    case 'mirror-read':
    case 'mirror-shred':
      changeMirror(draft, request);
      break;
    case 'audit':
      draft.emit({ kind: 'audit', body: { watcher: request.watcher, events: request.events } });
      break;
    default:
      throw new QwError('INTERNAL', `broken rule: ${request.kind} is executed elsewhere`);
  }
}

/** Who asks is a watcher, may ask this, stands behind it, and has not asked it before. Returns what was signed. */
function checkSigned(state: State, signed: SignedRequest, { network, verify }: Rules): readonly string[] {
  const { signer, number, request, signature } = signed;
  const record = state.membership.watchers.find(({ id }) => id === signer);
  if (!record) throw new QwError('FORBIDDEN', `${signer} does not belong to this cluster`, { hint: 'add it first' });
  if (record.role !== 'member' && request.kind !== 'observe') {
    throw new QwError('FORBIDDEN', `${signer} is an observer: it may observe, and nothing else`, {
      hint: 'ask a member, or promote it',
    });
  }
  checkNumber(state, signer, number);
  const texts = signedTexts(request);
  if (request.kind === 'observe' && texts.some((text) => text.length > maxOpinionLength)) {
    throw new QwError('REQUEST_TOO_LARGE', `an opinion may have ${maxOpinionLength} characters of evidence`);
  }
  const digests = texts.map(digestOf);
  if (!verify(record.publicKey, signedBytes(network, signed, digests), Buffer.from(signature, 'base64'))) {
    throw new QwError('FORBIDDEN', `request ${number} is not signed by ${signer}`, {
      hint: 'the key of the watcher must be the one that the cluster knows',
    });
  }
  return digests;
}

function checkNumber(state: State, signer: string, number: number): void {
  const past = pastOf(state.window(signer), number);
  if (past === 'executed') {
    throw new QwError('CONFLICT', `request ${number} of ${signer} was executed already`, { facts: { executed: true } });
  }
  if (past === 'forgotten') {
    throw new QwError('CONFLICT', `request ${number} of ${signer} comes too late to tell whether it was executed`, {
      hint: 'look at what has come of it, and ask anew',
      facts: { outcome: 'forgotten' },
    });
  }
}

function checkCarrier({ signer, request }: SignedRequest): void {
  if (!('watcher' in request) || request.watcher === signer) return;
  throw new QwError('FORBIDDEN', `${signer} speaks for ${request.watcher}`, {
    hint: 'a watcher speaks for itself only',
  });
}

/** Where several watchers decide, none of them may change by itself who they are, or what they watch. */
function checkOperator(draft: Draft, request: LedgerRequest, { genesis, network, verify }: Rules): void {
  if (request.kind !== 'configure' && request.kind !== 'membership') return;
  const { asked, authority } = askedOf(draft, request);
  if (authority) checkAuthority(genesis, network, verify, asked, authority);
  else if (draft.membership.protocol !== 'solo') {
    throw new QwError('FORBIDDEN', 'in a cluster this needs the signature of an operator', {
      hint: 'give the operator’s key with --operator-key',
    });
  }
}
