import type { pbft } from '../../agree/index.ts';
import { Registers } from './application.ts';
import { sha256 } from './pbft-keys.ts';
import type { Puppet } from './pbft-puppet.ts';
import { readState, writeState, type FetchedState } from './pbft-transfer.ts';
import type { MakeTrick } from './pbft-trick.ts';
import type { PbftWire } from './pbft-wire.ts';

type ViewChange = Extract<PbftWire, { type: 'view-change' }>;

const wrong = 'x'.repeat(32);
const keptMessages = 64;

/** Another view change under our own name, in place of what the core would say. */
function otherwise(puppet: Puppet, change: (honest: ViewChange) => Partial<ViewChange>): ReturnType<MakeTrick> {
  return {
    out: (_to, message) => {
      if (message.type !== 'view-change' || message.signer !== puppet.port.id) return [message];
      const { type, view, stable, prepared } = message;
      return [puppet.sign({ type, view, stable, prepared, ...change(message) })];
    },
  };
}

/** A state of registers that never was, which goes with its root, and the root with the core's part. */
function otherState({ coreState, root }: FetchedState): { bytes: Uint8Array; total: number } {
  const state = new Registers().snapshot();
  const other = sha256(state);
  const core = Buffer.from(Buffer.from(coreState).toString('latin1').replaceAll(root, other), 'latin1');
  const bytes = writeState(other, core, state);
  return { bytes, total: bytes.length };
}

/** Something beside what the core does, at random times. */
function now(chance: number, puppet: Puppet, make: (to: number) => readonly PbftWire[]): ReturnType<MakeTrick> {
  return {
    tick: (send) => {
      if (!puppet.port.random.chance(chance)) return;
      for (const to of puppet.others) for (const message of make(to)) send(to, message);
    },
  };
}

/** What a member can do with its votes, and with what it passes on. */
export const votingTricks: Readonly<Record<string, MakeTrick>> = {
  /** For each vote another one that contradicts it, to half of the members first. */
  'conflicting-votes': (puppet) => ({
    out: (to, message) => {
      if ((message.type !== 'prepare' && message.type !== 'commit') || message.signer !== puppet.port.id)
        return [message];
      const { signer: _, signature: __, ...vote } = message;
      const both = [message, puppet.sign({ ...vote, digest: wrong })];
      return to % 2 === 0 ? both : both.reverse();
    },
  }),
  /** Says nothing to as many as may be deceived. */
  withhold: (puppet) => {
    const deceived = new Set(puppet.others.slice(0, puppet.port.allies.length));
    return { out: (to, message) => (deceived.has(to) ? [] : [message]) };
  },
  /** Commits reach one member only. */
  'split-commits': (puppet) => ({
    out: (to, message) => (message.type === 'commit' && to !== puppet.others[0] ? [] : [message]),
  }),
  /** Commits to a ledger that is not there. */
  'wrong-roots': (puppet) => ({
    out: (_to, message) => {
      if (message.type !== 'commit' || message.signer !== puppet.port.id) return [message];
      const { signer: _, signature: __, ...vote } = message;
      return [puppet.sign({ ...vote, root: wrong })];
    },
  }),
  /** Leaves a view as if it had prepared nothing. */
  'drop-prepared': (puppet) => otherwise(puppet, () => ({ prepared: [] })),
  /** Goes back to the beginning, with all that was ever prepared. */
  'stale-certificates': (puppet) => {
    const seen: pbft.PreparedCertificate[] = [];
    return otherwise(puppet, ({ prepared }) => {
      seen.push(...prepared.slice(0, 2));
      if (seen.length > keptMessages) seen.shift();
      const stale = new Map(seen.map((one) => [one.header.sequence, one]));
      return { prepared: [...stale.values()].sort((one, other) => one.header.sequence - other.header.sequence) };
    });
  },
  /** Certificates with signatures of members that never signed. */
  'forged-certificates': (puppet) =>
    otherwise(puppet, ({ stable, view }) => {
      const sequence = stable.sequence + 1;
      const ballot = { view: Math.max(0, view - 1), sequence, digest: wrong };
      const prepares = puppet.others.map((id) => puppet.sign({ type: 'prepare', ...ballot }, id));
      return { prepared: [{ header: puppet.header(ballot.view, sequence, wrong), prepares }] };
    }),
  /** Says that everything up to the next checkpoint is settled, in a state that nobody has. */
  'false-stable': (puppet) =>
    otherwise(puppet, ({ stable }) => {
      const sequence = stable.sequence + (puppet.port.tuning['checkpointInterval'] ?? 1);
      const statement = { type: 'checkpoint', sequence, digest: wrong } as const;
      const votes = puppet.port.members.map((id) => puppet.sign(statement, id));
      return { stable: { sequence, digest: wrong, votes }, prepared: [] };
    }),
  /** Wants views that will never come. */
  'huge-views': (puppet) => {
    let view = 1;
    const stable = { sequence: 0, digest: '\0'.repeat(32), votes: [] };
    return now(0.2, puppet, () => {
      view = Math.min(view * 2, 2 ** 45) + puppet.port.random.below(5);
      return [puppet.sign({ type: 'view-change', view, stable, prepared: [] })];
    });
  },
  /** Wants the next view, always. */
  impatient: (puppet) =>
    now(0.1, puppet, () => {
      const stable = { sequence: 0, digest: '\0'.repeat(32), votes: [] };
      return [puppet.sign({ type: 'view-change', view: puppet.status.view + 1, stable, prepared: [] })];
    }),
  /** Asks for everything again and again, with its own statuses and those of others. */
  'status-flood': (puppet) => {
    const heard: PbftWire[] = [];
    let number = 2 ** 40;
    return {
      hears: (_from, message) => {
        if (message.type === 'status' && heard.length < keptMessages) heard.push(message);
        return true;
      },
      tick: (send) => {
        number += 1;
        const { view, low } = puppet.status;
        const voting = puppet.port.random.chance(0.5);
        const remembered = { life: 2 ** 8, recorded: 0 };
        const asks = puppet.port.random.chance(0.5);
        const rest = {
          active: true,
          suspects: true,
          voting,
          asks,
          remembered,
          stable: 0,
          executed: 0,
          slots: [],
          viewChanges: [],
        };
        const status = puppet.sign({ type: 'status', number, view, ...rest });
        const old = puppet.port.random.chance(0.5) ? heard[low % Math.max(1, heard.length)] : undefined;
        for (const to of puppet.others) for (const one of old ? [status, old] : [status]) send(to, one);
      },
    };
  },
  /** Serves states that are not what they should be, and parts of no end. */
  'lying-state': (puppet) => ({
    out: (_to, message) => {
      if (message.type !== 'state') return [message];
      const whole = message.bytes.length === message.total ? readState(message.sequence, message.bytes) : undefined;
      if (whole) return [{ ...message, ...otherState(whole) }];
      const bytes = Uint8Array.from(message.bytes);
      const at = puppet.port.random.below(Math.max(1, bytes.length));
      if (at < bytes.length) bytes[at] = (bytes[at] ?? 0) ^ 1;
      return puppet.port.random.chance(0.1) ? [{ ...message, bytes, total: 2 ** 40 }] : [{ ...message, bytes }];
    },
  }),
  /** Checkpoints of states that nobody has, here and far ahead. */
  'false-checkpoints': (puppet) =>
    now(0.2, puppet, () => {
      const interval = puppet.port.tuning['checkpointInterval'] ?? 1;
      const next = puppet.status.low + interval;
      return [next, next + interval, next + 1000 * interval].flatMap((sequence) =>
        puppet.port.allies.map((ally) => puppet.sign({ type: 'checkpoint', sequence, digest: wrong }, ally)),
      );
    }),
  /** Speaks in the name of others, under its own signature. */
  'forged-senders': (puppet) => ({
    out: (_to, message) => {
      if (!('signer' in message)) return [message];
      return [message, { ...message, signer: puppet.port.random.pick(puppet.others) }];
    },
  }),
  /** Bundles that nobody signed, and more of its own than anybody needs; they only read, so that clients see no trace. */
  'bundle-flood': (puppet) => {
    let number = 2 ** 40;
    return now(0.1, puppet, () => {
      number += 1;
      const requests = [{ id: `${puppet.port.id}00.${number}`, bytes: Uint8Array.of(2, 0, 0, 0) }];
      const bundle = puppet.sign({ type: 'bundle', number, requests });
      return [bundle, { ...bundle, number: number + 1 }, { ...bundle, signer: puppet.others[0] ?? 0 }];
    });
  },
  /** Forgets all that it ever said, and says something else. */
  amnesia: (puppet) => {
    let ticks = 0;
    return {
      tick: () => {
        ticks += 1;
        if (ticks % 150 === 0) puppet.forget();
      },
    };
  },
};
