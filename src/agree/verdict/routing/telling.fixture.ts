import {
  escalationsSchema,
  quietHoursSection,
  rotasSchema,
  routesSchema,
  type Check,
  type Configuration,
  type OpinionState,
} from '../../../model/index.ts';
import type { LedgerEntry } from '../../record/entry.ts';
import { bodies, testCheck, TestLedger } from '../machine.fixture.ts';

/** What the tests of telling people share: a watcher that runs alone, routes, and what comes of them. */

export const receivers = { ops: {}, boss: {}, anna: {}, ben: {}, cho: {} };

export function routed(given: { routes?: unknown; rotas?: unknown; escalations?: unknown; quiet?: unknown }) {
  return {
    notify: receivers,
    routes: routesSchema.parse(given.routes ?? []) as Configuration['routes'],
    rotas: rotasSchema.parse(given.rotas ?? []),
    escalations: escalationsSchema.parse(given.escalations ?? []),
    'quiet-hours': quietHoursSection.parse(given.quiet ?? []),
  };
}

export function setUp(
  given: Parameters<typeof routed>[0],
  watch: readonly Check[] = ['a', 'b', 'c'].map((name) => testCheck(name)),
) {
  const ledger = new TestLedger();
  ledger.configure(watch, routed(given));
  for (const { name } of watch) ledger.say(name, 'up');
  let from = ledger.entries.length;
  return {
    ledger,
    say: (state: OpinionState, ...names: string[]) => {
      for (const name of names) ledger.say(name, state);
    },
    /** Seconds pass, with a tick after each of them. */
    pass: (seconds: number) => {
      for (let second = 0; second < seconds; second++) ledger.pass(1000);
    },
    /** Messages since the last question: `firing ops a+b`. */
    news: () => {
      const fresh = texts(ledger.entries.slice(from));
      from = ledger.entries.length;
      return fresh;
    },
  };
}

function texts(entries: readonly LedgerEntry[]): string[] {
  return bodies(entries, 'action-intended').flatMap(({ notification }) => {
    if (!notification) return [];
    const { message, receiver, incident, others = [] } = notification;
    return [`${message} ${receiver} ${[incident, ...others].map(({ check }) => check).join('+')}`];
  });
}

export const ofSite = { notify: ['ops'], 'group-by': ['site'], 'group-wait': '30s', 'group-interval': '5m' };

export const climb = {
  escalations: [
    {
      name: 'night',
      steps: [{ notify: ['ops'] }, { after: '10m', notify: ['boss'] }, { after: '15m', notify: ['ops', 'cho'] }],
      repeat: 1,
    },
  ],
  routes: [{ notify: ['night'] }],
};

export const turns = { rotas: [{ name: 'watch', receivers: ['anna', 'ben'], from: '1970-01-01T00:00', every: '1h' }] };
