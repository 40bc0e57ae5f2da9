import type { VerdictMachine } from '../agree/index.ts';
import {
  formatInstant,
  QwError,
  type ApiOnCall,
  type ApiOnCallOverride,
  type EpochMs,
  type OnCallOverride,
} from '../model/index.ts';
import type { Clock } from '../platform/index.ts';
import type { Proposer } from './proposer.ts';

/** Whose turn it is by the rotas, and who takes a turn for another. */
export interface OnCallDesk {
  list(): ApiOnCall;
  /** Throws NOT_FOUND for names that are not configured, BAD_INPUT for times that are over. */
  override(
    given: { rota: string; receiver: string; from?: EpochMs; to: EpochMs },
    by: string,
  ): Promise<ApiOnCallOverride>;
  /** Throws NOT_FOUND for one that does not count any more. */
  endOverride(id: string, by: string): Promise<void>;
}

export interface OnCallParts {
  clock: Pick<Clock, 'now'>;
  machine: VerdictMachine;
  proposer: Pick<Proposer, 'propose'>;
}

export function createOnCallDesk({ clock, machine, proposer }: OnCallParts): OnCallDesk {
  const view = () => machine.view(clock.now());
  return {
    list: () => {
      const now = view();
      return {
        items: [...now.onCall()].map(({ rota, now: present, next, turns }) => ({
          rota: rota.name,
          timeZone: rota['time-zone'],
          now: present,
          ...(next && { next: { ...next, at: formatInstant(next.at) } }),
          turns: turns.map(({ from, to, ...held }) => ({ ...held, from: formatInstant(from), to: formatInstant(to) })),
        })),
        overrides: now.overrides.map(presentOverride),
      };
    },
    override: async ({ rota, receiver, from = clock.now(), to }, by) => {
      await proposer.propose({ kind: 'on-call-override', rota, receiver, from, to, by });
      const made = view().overrides.findLast(
        (one) => one.rota === rota && one.receiver === receiver && one.from === from && one.to === to,
      );
      if (!made) throw new QwError('CONFLICT', `the override of ${rota} is over already`);
      return presentOverride(made);
    },
    endOverride: async (override, by) => {
      await proposer.propose({ kind: 'on-call-override-end', override, by });
    },
  };
}

function presentOverride({ id, rota, receiver, from, to, by }: OnCallOverride): ApiOnCallOverride {
  return { id, rota, receiver, from: formatInstant(from), to: formatInstant(to), by };
}
