import { pbft } from '../../agree/index.ts';
import type { Puppet } from './pbft-puppet.ts';
import type { MakeTrick } from './pbft-trick.ts';
import type { PbftWire } from './pbft-wire.ts';

type PrePrepare = Extract<PbftWire, { type: 'pre-prepare' }>;
type Proposal = pbft.Proposal;

/** Replaces own pre-prepares only; those of others that a status asks for go out as they are. */
function instead(
  puppet: Puppet,
  change: (to: number, message: PrePrepare) => readonly PbftWire[],
): ReturnType<MakeTrick> {
  return {
    out: (to, message) =>
      message.type === 'pre-prepare' && message.header.signer === puppet.port.id ? change(to, message) : [message],
  };
}

/** The same pre-prepare with another proposal, well signed. */
function another(puppet: Puppet, { header, proposal }: PrePrepare, change: (proposal: Proposal) => Proposal): PbftWire {
  return puppet.propose(header.view, header.sequence, change(proposal));
}

const later = (proposal: Proposal): Proposal => ({ ...proposal, time: proposal.time + 1 });
const hourMs = 3_600_000;

/** What a primary can do with what it orders. */
export const leadingTricks: Readonly<Record<string, MakeTrick>> = {
  /** Half of the members get one proposal, half another. */
  equivocate: (puppet) =>
    instead(puppet, (to, message) => [puppet.others.indexOf(to) % 2 === 0 ? message : another(puppet, message, later)]),
  /** One honest member alone gets what the core proposed, and may prepare it with the allies' help. */
  'equivocate-to-one': (puppet) =>
    instead(puppet, (to, message) => [puppet.others.at(-1) === to ? message : another(puppet, message, later)]),
  /** Everybody gets both, in different order. */
  'equivocate-to-all': (puppet) =>
    instead(puppet, (to, message) => {
      const both = [message, another(puppet, message, later)];
      return to % 2 === 0 ? both : both.reverse();
    }),
  /** Everything goes out late, just before patience ends. */
  slow: (puppet) => {
    const delayMs = 0.9 * (puppet.port.tuning['suspicionMs'] ?? 500);
    const waiting: { atMs: number; to: number; message: PbftWire }[] = [];
    return {
      out: (to, message) => {
        waiting.push({ atMs: puppet.port.nowMs() + delayMs, to, message });
        return [];
      },
      tick: (send) => {
        while ((waiting[0]?.atMs ?? Infinity) <= puppet.port.nowMs()) {
          const next = waiting.shift();
          if (next) send(next.to, next.message);
        }
      },
    };
  },
  /** Leaves gaps, up to the end of the window and beyond. */
  'skip-sequences': (puppet) =>
    instead(puppet, (_to, { header, proposal }) => {
      const { high } = puppet.status;
      return [
        puppet.propose(header.view, high, proposal),
        puppet.propose(header.view, high + 1 + header.sequence, proposal),
      ];
    }),
  /** Bundles twice, and bundles that nobody has. */
  'bad-proposals': (puppet) =>
    instead(puppet, (to, message) => [
      another(puppet, message, (proposal) => ({
        ...proposal,
        bundles:
          to % 2 === 0
            ? [...proposal.bundles, ...proposal.bundles]
            : [...proposal.bundles, { client: to, number: 1, digest: pbft.nullDigest }],
      })),
    ]),
  /** Says that a bundle is another one than it is. */
  'wrong-digest': (puppet) =>
    instead(puppet, (_to, { header, proposal }) => [{ type: 'pre-prepare', header, proposal: later(proposal) }]),
  /** Times long past or far ahead. */
  'bad-times': (puppet) =>
    instead(puppet, (to, message) => [
      another(puppet, message, (proposal) => ({
        ...proposal,
        time: to % 2 === 0 ? 0 : proposal.time + hourMs,
      })),
    ]),
  /** Never orders what one member asks for. */
  censor: (puppet) => {
    const victim = puppet.others[0];
    return {
      hears: (_from, message) =>
        !(message.type === 'bundle' && message.signer === victim) &&
        !(message.type === 'data' && message.content === 'bundle' && message.bundle.signer === victim),
    };
  },
  /** A new view whose pre-prepares don't follow from its view changes. */
  'bad-new-view': (puppet) => ({
    out: (_to, message) => {
      if (message.type !== 'new-view' || message.signer !== puppet.port.id) return [message];
      const headers = message.headers.map(({ view, sequence }) => puppet.header(view, sequence, pbft.nullDigest));
      const { type, view, viewChanges } = message;
      return [puppet.sign({ type, view, viewChanges, headers })];
    },
  }),
  /** A new view for which hardly anybody has asked. */
  'unjustified-new-view': (puppet) => ({
    tick: (send) => {
      if (!puppet.port.random.chance(0.05)) return;
      const { members, id } = puppet.port;
      const turn = members.indexOf(id);
      const view = (Math.floor(puppet.status.view / members.length) + 1) * members.length + turn;
      const stable = { sequence: 0, digest: '\0'.repeat(32), votes: [] };
      const viewChanges = puppet.port.allies.map((ally) =>
        puppet.sign({ type: 'view-change', view, stable, prepared: [] }, ally),
      );
      const message = puppet.sign({ type: 'new-view', view, viewChanges, headers: [] });
      for (const to of puppet.others) send(to, message);
    },
  }),
};
