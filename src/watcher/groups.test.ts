import { expect, test } from 'vitest';
import type { CheckView } from '../agree/index.ts';
import type { OpinionState, VerdictState } from '../model/index.ts';
import { createGroupDesk, type GroupParts } from './groups.ts';
import { configuration as schema } from './parts.ts';

const document = {
  targets: [
    { name: 'web-1', host: '192.0.2.1', labels: { role: 'web' } },
    { name: 'web-2', host: '192.0.2.2', labels: { role: 'web' } },
    { name: 'mail', host: '192.0.2.3', labels: { role: 'mail' } },
  ],
  groups: [
    { name: 'web', select: 'role=web', comment: 'what customers see' },
    { name: 'empty', select: 'role=none' },
  ],
  watch: [
    { name: 'ping', type: 'icmp', group: 'web' },
    { name: 'mx', type: 'icmp', host: '192.0.2.3', labels: { role: 'mail' } },
  ],
};
const configuration = schema.parse(document);

interface Said {
  verdict: VerdictState;
  opinions: Partial<Record<string, OpinionState>>;
  silent?: string[];
}

function desk(said: Record<string, Said>, figures: GroupParts['figures'] = () => undefined) {
  const views = configuration.watch.map((check): CheckView => {
    const { verdict, opinions, silent = [] } = said[check.name] ?? { verdict: 'unknown', opinions: {} };
    const stated = Object.entries(opinions).map(([watcher, state = 'unknown']) => {
      const reason = state === 'down' ? { reason: { code: 'no-reply', text: 'no reply' } } : {};
      return [watcher, { check: check.name, watcher, state, since: 1000, rounds: [], results: [], ...reason }] as const;
    });
    return {
      check,
      judges: ['w1', 'w2', 'w3', 'w4'],
      verdict,
      flapping: false,
      flapPercent: 0,
      opinions: Object.fromEntries(stated),
      silent,
    };
  });
  const watchers = ['w1', 'w2', 'w3', 'w4'].map((id) => ({ id, site: `site of ${id}` }));
  const view = {
    configuration,
    membership: { watchers } as never,
    checks: () => views.values() as never,
    check: (name: string) => views.find(({ check }) => check.name === name),
  };
  return createGroupDesk({ machine: { view: () => view }, clock: { now: () => 5000 }, figures });
}

test('a group counts the verdicts of the checks whose labels fit, and shows its worst', () => {
  const groups = desk({
    'ping@web-1': { verdict: 'up', opinions: { w1: 'up', w2: 'up', w3: 'up', w4: 'down' } },
    'ping@web-2': { verdict: 'down', opinions: { w1: 'down', w2: 'down', w3: 'down' } },
    mx: { verdict: 'partial', opinions: {} },
  });
  expect(groups.groups()).toEqual([
    {
      name: 'web',
      comment: 'what customers see',
      select: 'role=web',
      targets: 2,
      counts: { up: 1, degraded: 0, partial: 0, down: 1, unknown: 0, disabled: 0 },
      worst: 'down',
      disputed: 1,
    },
    expect.objectContaining({ name: 'empty', targets: 0, disputed: 0 }),
  ]);
  expect(groups.groups()[1]?.worst).toBeUndefined();
  const web = groups.group('web');
  expect(web?.checks.map(({ check, target }) => [check, target])).toEqual([
    ['ping@web-2', 'web-2'],
    ['ping@web-1', 'web-1'],
  ]);
  expect(web?.members).toEqual([
    { name: 'web-1', host: '192.0.2.1', labels: { role: 'web' }, checks: 1 },
    { name: 'web-2', host: '192.0.2.2', labels: { role: 'web' }, checks: 1 },
  ]);
  expect(groups.group('none')).toBeUndefined();
});

test('every location says where it stands, with why and with its newest figures', () => {
  const groups = desk(
    { mx: { verdict: 'up', opinions: { w1: 'up', w2: 'degraded', w3: 'down', w4: 'up' }, silent: ['w4'] } },
    (check, watcher) =>
      check === 'mx' && watcher === 'w1' ? { at: 4000, latencyMs: 12.5, lossPercent: 0 } : undefined,
  );
  const { locations = [] } = groups.locations('mx') ?? {};
  expect(locations.map(({ watcher, stand }) => `${watcher} ${stand}`)).toEqual([
    'w1 with',
    'w2 with',
    'w3 against',
    'w4 unheard',
  ]);
  expect(locations[0]).toEqual({
    watcher: 'w1',
    site: 'site of w1',
    stand: 'with',
    state: 'up',
    since: '1970-01-01T00:00:01.000Z',
    latencyMs: 12.5,
    lossPercent: 0,
    ageMs: 1000,
  });
  expect(locations[2]?.reason).toEqual({ code: 'no-reply', text: 'no reply' });
});

test.each<[VerdictState, OpinionState | undefined, string]>([
  ['partial', 'up', 'with'],
  ['partial', 'down', 'against'],
  ['down', 'up', 'against'],
  ['down', 'down', 'with'],
  ['up', 'unknown', 'unsure'],
  ['up', undefined, 'unsure'],
  ['unknown', 'down', 'with'],
])('while the verdict is %s, a watcher that says %s is %s', (verdict, state, stand) => {
  const groups = desk({ mx: { verdict, opinions: state === undefined ? {} : { w2: state } } });
  expect(groups.locations('mx')?.locations[1]?.stand).toBe(stand);
});
