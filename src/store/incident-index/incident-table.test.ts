import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { matchesIncident, type ActionIntent, type Incident, type IncidentFilter } from '../../model/index.ts';
import type { IncidentPlace, IncidentQuestion, IndexedRecord } from './incident-index.ts';
import { changeOf, tableQuestion } from './index-change.ts';
import { IncidentTable, ForeignIndex } from './incident-table.ts';
import { recordOf, testIncident } from './incident.fixture.ts';

let folder: string;
let files = 0;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'incident-table-'));
});
afterAll(() => rmSync(folder, { recursive: true }));
const newFile = () => join(folder, `${(files += 1)}.db`);
const ids = (table: IncidentTable, question: Partial<IncidentQuestion>) =>
  table.find(tableQuestion({ state: 'all', limit: 100, ...question })).items.map(({ id }) => id);
const write = (table: IncidentTable, records: readonly IndexedRecord[], next: number) =>
  table.write(
    records.flatMap((one) => changeOf(one) ?? []),
    next,
  );

const words = fc.constantFrom(
  'Router',
  'ＲＯＵＴＥＲ',
  'naïve',
  '서울',
  '게이트웨이',
  '東京',
  'ルーター',
  'a"b',
  "o'c",
  '100%',
  'x_y',
  '😀😀',
  'NEAR(',
  '*',
  '\u0000nul',
  'is',
);
const text = fc.array(words, { maxLength: 4 }).map((list) => list.join(' '));
const incident: fc.Arbitrary<Partial<Incident>> = fc.record(
  {
    check: fc.constantFrom('disk', 'disk@host=a', 'disk@host=b', 'diskA', 'net', 'disk@'),
    title: text,
    status: fc.constantFrom('investigating', 'monitoring', 'resolved', 'resolved'),
    impact: fc.constantFrom('minor', 'major'),
    impactOverride: fc.constantFrom('none', 'critical'),
    severity: fc.constantFrom('warning', 'critical'),
    assigned: fc.record({ to: fc.constantFrom('ops', 'maria'), by: fc.constant('x'), at: fc.constant(1) }),
    openedAt: fc.integer({ min: 0, max: 20 }),
    resolvedAt: fc.integer({ min: 0, max: 30 }),
    affected: fc.array(words, { maxLength: 2 }),
    cause: fc.record({ text, by: fc.constant('x'), at: fc.constant(1) }),
  },
  { requiredKeys: ['check', 'title', 'status', 'impact', 'openedAt', 'affected'] },
);
const filter: fc.Arbitrary<IncidentFilter> = fc.record(
  {
    state: fc.constantFrom('open', 'resolved', 'all'),
    check: fc.constantFrom('disk', 'net', 'disk@host=a'),
    policy: fc.constantFrom('disk', 'net'),
    severity: fc.constantFrom('warning', 'critical'),
    impact: fc.constantFrom('minor', 'critical', 'none'),
    assignee: fc.constantFrom('ops', 'maria'),
    from: fc.integer({ min: 0, max: 30 }),
    to: fc.integer({ min: 0, max: 30 }),
    search: fc.oneof(words, text, fc.constantFrom('rout', 'ROUTER 서', '울', 'ー', '#1', '"', '')),
  },
  { requiredKeys: ['state'] },
);

function inOrder(list: readonly Incident[]): string[] {
  const rank = ({ status }: Incident) => Number(status === 'resolved');
  return list.toSorted((a, b) => rank(a) - rank(b) || Number(b.id) - Number(a.id)).map(({ id }) => id);
}

test('any filter finds what its plain meaning says, page by page, in order', () => {
  fc.assert(
    fc.property(
      fc.array(incident, { maxLength: 12 }),
      fc.array(filter, { minLength: 1, maxLength: 6 }),
      fc.integer({ min: 1, max: 4 }),
      (given, filters, limit) => {
        const table = new IncidentTable(':memory:', 'n');
        const all = given.map((one, at) => testIncident(at + 1, one));
        write(
          table,
          all.map((one, at) => recordOf(one, at)),
          all.length,
        );
        for (const each of filters) {
          const expected = inOrder(all.filter((one) => matchesIncident(one, each)));
          const found: string[] = [];
          let after: IncidentPlace | undefined;
          do {
            const page = table.find(tableQuestion({ ...each, limit, after }));
            expect(page.total).toBe(expected.length);
            found.push(...page.items.map(({ id }) => id));
            after = page.next;
          } while (after);
          expect(found).toEqual(expected);
        }
        table.close();
      },
    ),
    { numRuns: 200 },
  );
});

test('an entry takes the place of the former one of the same incident, in the list and in the search', () => {
  const table = new IncidentTable(newFile(), 'n');
  write(table, [recordOf(testIncident(1, { title: 'gateway is down' }), 0)], 1);
  write(table, [recordOf(testIncident(1, { title: 'router is down', status: 'resolved' }), 1)], 2);
  expect(ids(table, { search: 'gateway' })).toEqual([]);
  expect(ids(table, { search: 'router' })).toEqual(['1']);
  expect(ids(table, { state: 'open' })).toEqual([]);
  expect(table.get(1)?.title).toBe('router is down');
  expect(table.get(2)).toBeUndefined();
  table.close();
});

test('it goes on where it was, and refuses the file of another ledger', () => {
  const file = newFile();
  const first = new IncidentTable(file, 'n');
  write(first, [recordOf(testIncident(1), 5)], 17);
  first.close();
  const again = new IncidentTable(file, 'n');
  expect(again.next).toBe(17);
  expect(ids(again, {})).toEqual(['1']);
  again.close();
  expect(() => new IncidentTable(file, 'm')).toThrow(ForeignIndex);
});

test('a write that fails leaves nothing behind', () => {
  const table = new IncidentTable(newFile(), 'n');
  const broken = { ...testIncident(2), check: undefined } as unknown as Incident;
  expect(() => write(table, [recordOf(testIncident(1), 0), recordOf(broken, 1)], 2)).toThrow();
  expect(table.next).toBe(0);
  expect(ids(table, {})).toEqual([]);
  table.close();
});

test('a message that incidents share is an action of each of them', () => {
  const table = new IncidentTable(newFile(), 'n');
  const others = [{ id: '2', check: 'b', title: 'b is down', impact: 'major', openedAt: 1 }] as const;
  const incident = { ...others[0], id: '1', affected: [] };
  const transition = { from: 'up', to: 'down', since: 1 } as const;
  const intent: ActionIntent = {
    id: '1.firing.0',
    cause: { check: 'a', transition: 3, incident: '1' },
    watcher: 'w1',
    notification: { receiver: 'ops', message: 'firing', incident, transition, others },
    notBefore: 0,
    variables: {},
  };
  write(table, [{ position: 4, time: 10, kind: 'action-intended', body: intent }], 5);
  for (const id of [1, 2]) expect(table.actions(id)).toMatchObject([{ intent: { id: '1.firing.0' } }]);
  expect(table.actions(3)).toEqual([]);
  table.close();
});

test('actions of an incident are known with what came of them', () => {
  const table = new IncidentTable(newFile(), 'n');
  const intent: ActionIntent = {
    id: '1.firing.0',
    cause: { check: 'a', transition: 3, incident: '1' },
    watcher: 'w1',
    action: { kind: 'log', message: 'x', level: 'info', delayMs: 0 },
    notBefore: 0,
    variables: { status: 'down' },
  };
  const receipt = { outcome: 'done', text: 'Sent.', attempts: 2 } as const;
  write(
    table,
    [
      { position: 4, time: 10, kind: 'action-intended', body: intent },
      {
        position: 5,
        time: 10,
        kind: 'action-intended',
        body: { ...intent, id: '9.0', cause: { check: 'a', transition: 3 } },
      },
      { position: 6, time: 11, kind: 'action-assigned', body: { id: '1.firing.0', watcher: 'w2', from: 'w1' } },
      { position: 7, time: 12, kind: 'action-started', body: { id: '1.firing.0', attempt: 2, watcher: 'w2' } },
    ],
    8,
  );
  expect(table.actions(1)).toMatchObject([{ state: 'running', attempts: 2, at: 12, intent: { watcher: 'w2' } }]);
  write(
    table,
    [{ position: 8, time: 13, kind: 'action-finished', body: { id: '1.firing.0', watcher: 'w2', receipt } }],
    9,
  );
  expect(table.actions(1)).toEqual([
    { intent: { ...intent, watcher: 'w2', variables: {} }, state: 'done', attempts: 2, at: 13, receipt },
  ]);
  expect(table.actions(2)).toEqual([]);
  table.close();
});
