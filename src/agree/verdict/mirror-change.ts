import {
  mirrorApprovalMs,
  mirrorState,
  personOf,
  QwError,
  resolveMirrorPolicy,
  type LedgerRequest,
  type Mirror,
  type MirrorPolicy,
  type MirrorSettings,
  type MirrorState,
} from '../../model/index.ts';
import type { Draft } from './draft.ts';
import { isOver } from './mirrors.ts';

type MirrorRequest = Extract<LedgerRequest, { kind: `mirror-${string}` }>;

/** Proposals, running mirrors, and files that are not shredded yet. */
const maxUnfinished = 100;

/**
 * What people want of mirrors, and what the watcher that carries one out says of it. Two people are needed before anything
 * is copied: whoever proposed it never approves it. Throws FORBIDDEN, CONFLICT, NOT_FOUND or BAD_INPUT.
 */
export function changeMirror(draft: Draft, request: MirrorRequest): void {
  if (request.kind === 'mirror-propose') {
    propose(draft, request);
    return;
  }
  const mirror = draft.mirrors.find(({ id }) => id === request.mirror);
  if (!mirror) throw new QwError('NOT_FOUND', `there is no mirror ${request.mirror} among the recent ones`);
  if ('watcher' in request && request.watcher !== mirror.policy.watcher) {
    throw new QwError('FORBIDDEN', `mirror ${mirror.id} is carried out by ${mirror.policy.watcher}`, {
      hint: 'ask that watcher',
    });
  }
  const { time } = draft;
  switch (request.kind) {
    case 'mirror-approve':
      approve(draft, mirror, request.by);
      break;
    case 'mirror-stop':
      stop(draft, mirror, request.by);
      break;
    case 'mirror-begin':
      settingsOf(draft);
      expectState(draft, mirror, 'approved');
      change(draft, { ...mirror, began: { at: time } });
      break;
    case 'mirror-end':
      expectState(draft, mirror, 'running');
      change(draft, { ...mirror, ended: { ...request.end, at: time, shredAt: time + mirror.policy.keepMs } });
      break;
    case 'mirror-read':
      read(draft, mirror, request);
      break;
    default:
      expectState(draft, mirror, 'ended');
      change(draft, { ...mirror, shredded: { at: time, files: request.files, text: request.text } });
  }
}

function change(draft: Draft, body: Mirror): void {
  draft.emit({ kind: 'mirror', body });
}

function expectState(draft: Draft, mirror: Mirror, wanted: MirrorState): void {
  const state = mirrorState(mirror, draft.time);
  if (state !== wanted)
    throw new QwError('CONFLICT', `mirror ${mirror.id} is ${state}, not ${wanted}`, { facts: { state } });
}

/** Without the section nothing new is copied, whatever was agreed on before. */
function settingsOf(draft: Draft): MirrorSettings {
  const settings = draft.plan.configuration?.mirrors;
  if (settings) return settings;
  throw new QwError('CONFLICT', 'packet mirroring is switched off', {
    hint: 'an administrator switches it on with the section mirrors: of the configuration',
  });
}

function propose(draft: Draft, { policy: given, by }: MirrorRequest & { kind: 'mirror-propose' }): void {
  const settings = settingsOf(draft);
  if (personOf(by) === '') throw new QwError('FORBIDDEN', 'a mirror is proposed by a person');
  const watcher = draft.membership.watchers.find(({ id }) => id === given.watcher);
  if (watcher?.role !== 'member')
    throw new QwError('NOT_FOUND', `there is no member ${JSON.stringify(given.watcher)} that could carry it out`);
  const policy = resolveMirrorPolicy(given, settings.tags);
  const unfinished = draft.mirrors.filter((one) => !isOver(one, draft.time));
  const wantedBytes = bytesOf(policy) + unfinished.reduce((sum, one) => sum + bytesOn(policy.watcher, one), 0);
  if (bytesOf(policy) > 0 && wantedBytes > settings.size) {
    throw new QwError(
      'CONFLICT',
      `rings of ${policy.watcher} would have ${wantedBytes} bytes, at most ${settings.size} are allowed`,
      {
        hint: 'ask for a smaller one, wait until others are shredded, or raise mirrors.size',
      },
    );
  }
  if (unfinished.length >= maxUnfinished) {
    throw new QwError('CONFLICT', `there are ${maxUnfinished} mirrors that are not over, the most there may be`, {
      hint: 'stop one, or wait until files are shredded',
    });
  }
  const { time } = draft;
  change(draft, { id: String(draft.nextPosition), policy, by, at: time, lapsesAt: time + mirrorApprovalMs });
}

function bytesOf({ collector }: MirrorPolicy): number {
  return collector.kind === 'ring' ? collector.sizeBytes : 0;
}

function bytesOn(watcher: string, { policy }: Mirror): number {
  return policy.watcher === watcher ? bytesOf(policy) : 0;
}

function approve(draft: Draft, mirror: Mirror, by: string): void {
  settingsOf(draft);
  if (personOf(by) === '' || personOf(by) === personOf(mirror.by)) {
    throw new QwError(
      'FORBIDDEN',
      `${personOf(mirror.by)} has proposed mirror ${mirror.id}, so another person approves it`,
      {
        hint: 'ask a colleague to sign in and approve it',
      },
    );
  }
  if (mirrorState(mirror, draft.time) === 'lapsed') {
    throw new QwError('CONFLICT', `mirror ${mirror.id} has lapsed`, { hint: 'propose it again' });
  }
  expectState(draft, mirror, 'proposed');
  const { time } = draft;
  change(draft, { ...mirror, approved: { by, at: time, endsAt: time + mirror.policy.durationMs } });
}

/** Anybody may: not copying needs no second person. */
function stop(draft: Draft, mirror: Mirror, by: string): void {
  const state = mirrorState(mirror, draft.time);
  const isUnderWay = state === 'proposed' || state === 'approved' || state === 'running';
  if (!isUnderWay) throw new QwError('CONFLICT', `mirror ${mirror.id} is ${state} already`, { facts: { state } });
  if (!mirror.stopped) change(draft, { ...mirror, stopped: { by, at: draft.time } });
}

/** In the ledger before the first byte goes out. */
function read(
  draft: Draft,
  mirror: Mirror,
  { by, why, watcher, files }: MirrorRequest & { kind: 'mirror-read' },
): void {
  const state = mirrorState(mirror, draft.time);
  if (state !== 'running' && state !== 'ended')
    throw new QwError('CONFLICT', `mirror ${mirror.id} is ${state}: there is nothing to read`, { facts: { state } });
  if (personOf(by) === '') throw new QwError('FORBIDDEN', 'captured packets are read by a person');
  draft.emit({ kind: 'mirror-read', body: { mirror: mirror.id, watcher, by, why, files } });
}
