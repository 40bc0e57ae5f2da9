import type { VerdictMachine } from '../../agree/index.ts';
import {
  formatInstant,
  mirrorState,
  QwError,
  resolveMirrorPolicy,
  type ApiMirror,
  type ApiMirrorPlan,
  type EpochMs,
  type Mirror,
  type MirrorPolicy,
  type MirrorProposal,
} from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { Principal } from '../accounts/principal.ts';
import type { Proposer } from '../proposer.ts';
import type { Mirrors } from './mirrors.ts';

/** Mirrors as people ask for them. */
export interface MirrorDesk {
  /** Newest first. */
  list(): Promise<ApiMirror[]>;
  /** Throws NOT_FOUND. */
  get(id: string): Promise<ApiMirror>;
  /** What would be done, without asking anybody. Throws what would refuse it. */
  plan(proposal: MirrorProposal): Promise<ApiMirrorPlan>;
  propose(proposal: MirrorProposal, by: Principal): Promise<ApiMirror>;
  /** Throws FORBIDDEN for whoever proposed it, CONFLICT when it has lapsed. */
  approve(id: string, by: Principal): Promise<ApiMirror>;
  stop(id: string, by: Principal): Promise<ApiMirror>;
  /** The bytes of all complete files, once the ledger says who reads them and why; on the watcher that has them. */
  read(id: string, by: Principal, why: string): Promise<CapturedPackets>;
}

interface CapturedPackets {
  bytes: number;
  pieces: AsyncIterable<Uint8Array>;
}

export interface MirrorDeskParts {
  self: string;
  clock: Pick<Clock, 'now'>;
  machine: Pick<VerdictMachine, 'view'>;
  proposer: Pick<Proposer, 'propose'>;
  mirrors: Pick<Mirrors, 'plan' | 'figures' | 'filesOf' | 'files' | 'look'>;
}

export function createMirrorDesk({ self, clock, machine, proposer, mirrors }: MirrorDeskParts): MirrorDesk {
  const view = () => machine.view(clock.now());
  const found = (id: string): Mirror => {
    const mirror = view().mirrors.find((one) => one.id === id);
    if (!mirror) throw new QwError('NOT_FOUND', `there is no mirror ${id} among the recent ones`);
    return mirror;
  };
  const present = async (mirror: Mirror) => presentMirror(mirror, clock.now(), await mirrors.figures(mirror.id));
  const policyOf = ({ watcher = self, ...rest }: MirrorProposal): MirrorPolicy => ({ watcher, ...rest });
  /** After the ledger has it, the one who carries it out need not wait for the next second. */
  const after = async (id: string) => {
    mirrors.look();
    return present(found(id));
  };
  return {
    list: () => Promise.all([...view().mirrors].reverse().map(present)),
    get: (id) => present(found(id)),
    plan: async (proposal) => {
      const settings = view().configuration?.mirrors;
      const policy = resolveMirrorPolicy(policyOf(proposal), settings?.tags ?? {});
      refuseElsewhere(policy.watcher, self);
      return { policy: presentPolicy(policy), steps: await mirrors.plan(policy) };
    },
    propose: async (proposal, by) => {
      const person = personal(by);
      const policy = policyOf(proposal);
      // What can't be done here should bother nobody else.
      if (policy.watcher === self && view().configuration?.mirrors)
        await mirrors.plan(resolveMirrorPolicy(policy, view().configuration?.mirrors?.tags ?? {}));
      const { entries } = await proposer.propose({ kind: 'mirror-propose', policy, by: person });
      const made = entries.find(({ kind }) => kind === 'mirror')?.body as Mirror | undefined;
      const mirror =
        made ?? view().mirrors.findLast((one) => one.by === person && one.policy.purpose === policy.purpose);
      if (!mirror) throw new QwError('CONFLICT', 'the proposal is over already');
      return present(mirror);
    },
    approve: async (id, by) => {
      found(id);
      await proposer.propose({ kind: 'mirror-approve', mirror: id, by: personal(by) });
      return after(id);
    },
    stop: async (id, by) => {
      await proposer.propose({ kind: 'mirror-stop', mirror: id, by: by.name });
      return after(id);
    },
    read: async (id, by, why) => {
      const mirror = found(id);
      const person = personal(by);
      refuseElsewhere(mirror.policy.watcher, self);
      if (mirror.policy.collector.kind !== 'ring')
        throw new QwError('CONFLICT', `mirror ${id} keeps no packets here: they go to its collector`);
      if (mirror.shredded) throw new QwError('CONFLICT', `the packets of mirror ${id} are shredded`);
      const files = mirrors.filesOf(mirror);
      if (files.length === 0) {
        throw new QwError('CONFLICT', `mirror ${id} has no complete file`, {
          hint: mirror.ended ? 'it captured nothing' : 'stop it, or wait until the first file is full',
        });
      }
      await mirrors.files.verify(id, files);
      await proposer.propose({ kind: 'mirror-read', mirror: id, watcher: self, by: person, why, files });
      const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
      return { bytes, pieces: mirrors.files.read(id, files) };
    },
  };
}

/** Two people have to be behind a mirror: a token that belongs to nobody is none. */
function personal({ identity, name }: Principal): string {
  if (identity !== 'token' || name.includes('/')) return name;
  throw new QwError('FORBIDDEN', `the token ${name} belongs to no person`, {
    hint: 'sign in, or use a token of your own account',
  });
}

function refuseElsewhere(watcher: string, self: string): void {
  if (watcher === self) return;
  throw new QwError('CONFLICT', `that is for ${watcher}, and this is ${self}`, {
    hint: `ask ${watcher}`,
    facts: { watcher },
  });
}

function presentPolicy(policy: MirrorPolicy): ApiMirror['policy'] {
  const { interfaces, networks, tags, peers, protocols, ...rest } = policy;
  return {
    ...rest,
    interfaces: [...interfaces],
    networks: [...networks],
    tags: [...tags],
    peers: [...peers],
    protocols: [...protocols],
  };
}

function presentMirror(mirror: Mirror, now: EpochMs, figures: ApiMirror['figures']): ApiMirror {
  const { id, policy, by, at, lapsesAt, approved, began, stopped, ended, shredded } = mirror;
  return {
    id,
    state: mirrorState(mirror, now),
    policy: presentPolicy(policy),
    by,
    at: formatInstant(at),
    lapsesAt: formatInstant(lapsesAt),
    ...(approved && {
      approved: { by: approved.by, at: formatInstant(approved.at), endsAt: formatInstant(approved.endsAt) },
    }),
    ...(began && { began: { at: formatInstant(began.at) } }),
    ...(stopped && { stopped: { by: stopped.by, at: formatInstant(stopped.at) } }),
    ...(figures && { figures }),
    ...(ended && {
      ended: { ...ended, files: [...ended.files], at: formatInstant(ended.at), shredAt: formatInstant(ended.shredAt) },
    }),
    ...(shredded && { shredded: { ...shredded, files: [...shredded.files], at: formatInstant(shredded.at) } }),
  };
}
