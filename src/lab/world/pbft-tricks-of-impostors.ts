import { pbft } from '../../agree/index.ts';
import type { Puppet } from './pbft-puppet.ts';
import type { MakeTrick } from './pbft-trick.ts';
import type { PbftWire } from './pbft-wire.ts';

type Commit = Extract<PbftWire, { type: 'commit' }>;
type Status = Extract<PbftWire, { type: 'status' }>;
type PrePrepare = Extract<PbftWire, { type: 'pre-prepare' }>;

const wrong = 'x'.repeat(32);
const genesis = { sequence: 0, digest: '\0'.repeat(32), votes: [] };

/** When the primary orders something, goes ahead of it with the next sequence. */
function ahead(puppet: Puppet, make: (next: PrePrepare) => readonly PbftWire[]): ReturnType<MakeTrick> {
  let heard: PrePrepare | undefined;
  return {
    hears: (_from, message) => {
      if (message.type === 'pre-prepare' && message.header.signer !== puppet.port.id) heard = message;
      return true;
    },
    tick: (send) => {
      if (!heard) return;
      const { header, proposal } = heard;
      heard = undefined;
      const next = { ...proposal, time: proposal.time + 1 };
      const sequence = header.sequence + 1;
      const digest = pbft.proposalDigest(next);
      const own = puppet.header(header.view, sequence, digest);
      for (const message of make({ type: 'pre-prepare', header: own, proposal: next })) {
        for (const to of puppet.others) send(to, message);
      }
    },
  };
}

/** What a member can do with the parts of others: of the primary, and of whoever helps those that are behind. */
export const impostorTricks: Readonly<Record<string, MakeTrick>> = {
  /** Orders and votes as if it were the primary. */
  usurp: (puppet) =>
    ahead(puppet, (next) => {
      const { view, sequence, digest } = next.header;
      return [next, puppet.sign({ type: 'prepare', view, sequence, digest })];
    }),
  /** Orders in the primary's name, under its own signature. */
  'forge-pre-prepares': (puppet) =>
    ahead(puppet, ({ header, proposal }) => {
      const { members } = puppet.port;
      const signer = members[header.view % members.length] ?? puppet.port.id;
      return [{ type: 'pre-prepare', header: { ...header, signer }, proposal }];
    }),
  /** Opens the view that everybody waits for in the place of its primary. */
  'usurp-view': (puppet) => {
    const changes = new Map<number, pbft.ViewChange>();
    const see = (message: PbftWire) => {
      if (message.type === 'view-change') changes.set(message.signer, message);
    };
    return {
      hears: (_from, message) => {
        see(message);
        return true;
      },
      out: (_to, message) => {
        see(message);
        return [message];
      },
      tick: (send) => {
        const { members } = puppet.port;
        const { view, active } = puppet.status;
        const viewChanges = members.flatMap((id) => changes.get(id) ?? []).filter((change) => change.view === view);
        if (active || 3 * viewChanges.length <= 2 * members.length) return;
        const { slots } = pbft.decideNewView(viewChanges, genesis);
        const headers = slots.map(({ sequence, digest }) => puppet.header(view, sequence, digest));
        const message = puppet.sign({ type: 'new-view', view, viewChanges, headers });
        for (const to of puppet.others) send(to, message);
        changes.clear();
      },
    };
  },
  /** Prepares what it has pre-prepared, so that its vote would count twice. */
  'prepare-own': (puppet) => ({
    out: (_to, message) => {
      if (message.type !== 'pre-prepare' || message.header.signer !== puppet.port.id) return [message];
      const { view, sequence, digest } = message.header;
      return [message, puppet.sign({ type: 'prepare', view, sequence, digest })];
    },
  }),
  /** Reminds whoever it can of all that they ever said, of what was true once and of what they never said. */
  'old-reminders': (puppet) => {
    const said = new Map<number, { statuses: Status[]; votes: pbft.Vote[] }>();
    return {
      hears: (from, message) => {
        const kept = said.get(from) ?? { statuses: [], votes: [] };
        said.set(from, kept);
        if (message.type === 'status' && message.signer === from) kept.statuses.push(message);
        const { random } = puppet.port;
        if (isVote(message) && random.chance(0.3)) kept.votes.push(message);
        if (kept.votes.length > keptItems) kept.votes.splice(random.below(keptItems), 1);
        // The first stay, as they are of lives long past, and the last, as only they are answered.
        if (kept.statuses.length > keptItems) kept.statuses.splice(random.between(8, keptItems - 1), 1);
        return true;
      },
      tick: (send) => {
        const { random } = puppet.port;
        for (const [to, { statuses, votes }] of said) {
          const newest = statuses.at(-1);
          if (!newest || !random.chance(0.1)) continue;
          const old = random.pick(statuses);
          const forged = { ...old, remembered: { life: 2 ** 20, recorded: 2 ** 40 } };
          const some = votes.length > 0 ? [random.pick(votes), random.pick(votes)] : [];
          send(to, { type: 'data', content: 'reminder', number: newest.number, said: old, votes: some });
          send(to, { type: 'data', content: 'reminder', number: newest.number, said: forged, votes: [] });
          send(to, old);
        }
      },
    };
  },
  /** Knows nothing of whoever asks what they said before. */
  'no-reminders': () => ({
    out: (_to, message) =>
      message.type === 'data' && message.content === 'reminder'
        ? [{ ...message, said: undefined, votes: [] }]
        : [message],
  }),
  /** Tells of things ordered that nobody ordered, and gives what was ordered another content. */
  'lying-answers': (puppet) => {
    const proposals = new Map<string, pbft.Proposal>();
    const commits = new Map<string, Map<number, Commit>>();
    const lies: PbftWire[] = [];
    const see = (message: PbftWire) => {
      if (message.type === 'pre-prepare') keep(proposals, message.header.digest, message.proposal);
      if (message.type !== 'commit') return;
      const { view, sequence, digest, root } = message;
      const votes = commits.get(`${view} ${sequence}`) ?? new Map<number, Commit>();
      keep(commits, `${view} ${sequence}`, votes.set(message.signer, message));
      const proposal = proposals.get(digest);
      const same = [...votes.values()].filter((one) => one.digest === digest && one.root === root);
      if (!proposal || 3 * same.length <= 2 * puppet.port.members.length) return;
      const certificate = { view, sequence, digest, root, votes: same.sort((one, other) => one.signer - other.signer) };
      if (lies.length >= keptItems) lies.shift();
      lies.push({ type: 'data', content: 'ordered', certificate, proposal: { ...proposal, time: proposal.time + 1 } });
    };
    return {
      hears: (_from, message) => {
        see(message);
        return true;
      },
      out: (_to, message) => {
        see(message);
        return [message];
      },
      tick: (send) => {
        const { sequence: executed, view } = puppet.status;
        const proposal = { time: puppet.port.nowMs(), bundles: [] };
        const ballot = { view, sequence: executed + 1, digest: pbft.proposalDigest(proposal), root: wrong };
        const votes = puppet.port.members.map((id) => puppet.sign({ type: 'commit', ...ballot }, id));
        const untrue: PbftWire = { type: 'data', content: 'ordered', certificate: { ...ballot, votes }, proposal };
        const { random } = puppet.port;
        const told = random.chance(0.1) ? untrue : random.chance(0.3) ? lies.at(-random.between(1, 8)) : undefined;
        if (told) for (const to of puppet.others) send(to, told);
      },
    };
  },
};

const keptItems = 256;

function isVote(message: PbftWire): message is pbft.Vote {
  return ['pre-prepare', 'prepare', 'commit', 'checkpoint', 'view-change'].includes(message.type);
}

function keep<Value>(map: Map<string, Value>, key: string, value: Value): void {
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > keptItems && oldest !== undefined) map.delete(oldest);
}
