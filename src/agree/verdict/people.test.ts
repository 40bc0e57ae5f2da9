import { expect, test } from 'vitest';
import { QwError, type Incident, type LedgerRequest } from '../../model/index.ts';
import { bodies, notify, testCheck, TestLedger } from './machine.fixture.ts';

type People = Extract<LedgerRequest, { incident: string }>;

function withOutages(...names: string[]): TestLedger {
  const ledger = new TestLedger();
  ledger.configure(names.map((name) => testCheck(name, { down: [notify('ops')] })));
  for (const name of names) ledger.say(name, 'down');
  return ledger;
}
const found = (ledger: TestLedger, id = '1'): Incident | undefined =>
  ledger.incidents().find((incident) => incident.id === id);
const lastUpdate = (ledger: TestLedger, id = '1') => found(ledger, id)?.updates.at(-1);

/** Does it twice: the second time says nothing new. */
function once(ledger: TestLedger, request: People): void {
  expect(bodies(ledger.send(request), 'incident').length).toBeGreaterThan(0);
  expect(ledger.send(request)).toEqual([]);
}

function codeOf(act: () => unknown): string | undefined {
  try {
    act();
  } catch (thrown) {
    return thrown instanceof QwError ? thrown.code : String(thrown);
  }
  return undefined;
}

test('an incident is assigned, reassigned, and to nobody again, each once in the timeline', () => {
  const ledger = withOutages('a');
  once(ledger, { kind: 'incident-assign', incident: '1', by: 'maria', to: 'ops' });
  expect(found(ledger)?.assigned).toEqual({ to: 'ops', by: 'maria', at: ledger.now });
  expect(lastUpdate(ledger)).toEqual({ at: ledger.now, by: 'maria', kind: 'assigned', text: 'Assigned to ops.' });
  once(ledger, { kind: 'incident-assign', incident: '1', by: 'maria', to: 'paul' });
  once(ledger, { kind: 'incident-assign', incident: '1', by: 'maria' });
  expect(found(ledger)).not.toHaveProperty('assigned');
  expect(lastUpdate(ledger)?.text).toBe('paul is no longer assigned.');
});

test('the cause can be said, also after the end, and taken back', () => {
  const ledger = withOutages('a');
  ledger.say('a', 'up');
  expect(found(ledger)?.status).toBe('resolved');
  once(ledger, { kind: 'incident-cause', incident: '1', by: 'maria', text: 'A cable was cut.' });
  expect(found(ledger)?.cause).toEqual({ text: 'A cable was cut.', by: 'maria', at: ledger.now });
  once(ledger, { kind: 'incident-cause', incident: '1', by: 'paul', text: '' });
  expect(found(ledger)).not.toHaveProperty('cause');
  expect(ledger.openIncidents()).toEqual([]);
});

test('people’s impact stands beside what follows from the verdict, until it is taken back', () => {
  const ledger = withOutages('a');
  once(ledger, { kind: 'incident-impact', incident: '1', by: 'maria', impact: 'critical' });
  expect(found(ledger)).toMatchObject({ impact: 'major', impactOverride: 'critical' });
  once(ledger, { kind: 'incident-impact', incident: '1', by: 'maria' });
  expect(found(ledger)).not.toHaveProperty('impactOverride');
  expect(lastUpdate(ledger)?.text).toBe('The impact is major again, as the verdict has it.');
});

const postmortem = (text: string, more: Partial<Extract<People, { kind: 'incident-postmortem' }>> = {}) => ({
  kind: 'incident-postmortem' as const,
  incident: '1',
  by: 'maria',
  text,
  published: false,
  ...more,
});

test('a postmortem is drafted, published and changed; who edits an older one is told so', () => {
  const ledger = withOutages('a');
  once(ledger, postmortem('# What happened', { base: 0 }));
  expect(found(ledger)?.postmortem).toEqual({ text: '# What happened', by: 'maria', at: ledger.now, revision: 1 });
  expect(codeOf(() => ledger.send(postmortem('mine', { base: 0, by: 'paul' })))).toBe('CONFLICT');
  ledger.send(postmortem('theirs', { base: 1, by: 'paul' }));
  expect(codeOf(() => ledger.send(postmortem('mine', { base: 1 })))).toBe('CONFLICT');
  const publishedAt = ledger.now;
  ledger.send(postmortem('theirs', { base: 2, published: true }));
  expect(found(ledger)?.postmortem).toMatchObject({ revision: 3, published: { by: 'maria', at: publishedAt } });
  ledger.now += 1000;
  ledger.send(postmortem('better', { published: true, by: 'paul' }));
  expect(found(ledger)?.postmortem).toMatchObject({ by: 'paul', published: { by: 'maria', at: publishedAt } });
  expect(lastUpdate(ledger)?.text).toBe('The published postmortem was changed.');
  ledger.send(postmortem('better'));
  expect(found(ledger)?.postmortem).not.toHaveProperty('published');
  once(ledger, postmortem(''));
  expect(found(ledger)).not.toHaveProperty('postmortem');
});

test('saving a draft again and again is one line of the timeline', () => {
  const ledger = withOutages('a');
  const before = found(ledger)?.updates.length ?? 0;
  for (let at = 0; at < 50; at++) ledger.send(postmortem(`draft ${at}`));
  expect(found(ledger)?.updates).toHaveLength(before + 1);
  expect(found(ledger)?.postmortem).toMatchObject({ text: 'draft 49', revision: 50 });
  ledger.send(postmortem('another', { by: 'paul' }));
  expect(found(ledger)?.updates).toHaveLength(before + 2);
});

test('incidents of one cause name each other until somebody says otherwise', () => {
  const ledger = withOutages('a', 'b');
  const link = (linked: boolean, by = 'maria') =>
    ({ kind: 'incident-link', incident: '1', other: '2', linked, by }) as const;
  once(ledger, link(true));
  expect([found(ledger, '1')?.sameCause, found(ledger, '2')?.sameCause]).toEqual([['2'], ['1']]);
  expect(lastUpdate(ledger, '2')).toMatchObject({ kind: 'linked', text: 'Same cause as incident 1.' });
  expect(ledger.send({ ...link(true), incident: '2', other: '1' })).toEqual([]);
  once(ledger, { ...link(false, 'paul'), incident: '2', other: '1' });
  expect(found(ledger, '1')).not.toHaveProperty('sameCause');
  expect(found(ledger, '2')).not.toHaveProperty('sameCause');
  expect(codeOf(() => ledger.send({ ...link(true), other: '1' }))).toBe('CONFLICT');
  expect(codeOf(() => ledger.send({ ...link(true), other: '9' }))).toBe('NOT_FOUND');
});

test('links are bounded on either side', () => {
  const names = Array.from({ length: 52 }, (_, at) => `c${at}`);
  const ledger = withOutages(...names);
  const link = (other: number) =>
    ledger.send({ kind: 'incident-link', incident: '1', other: String(other), linked: true, by: 'maria' });
  for (let other = 2; other <= 51; other++) link(other);
  expect(codeOf(() => link(52))).toBe('CONFLICT');
  expect(
    codeOf(() => ledger.send({ kind: 'incident-link', incident: '52', other: '1', linked: true, by: 'maria' })),
  ).toBe('CONFLICT');
  expect(found(ledger, '52')).not.toHaveProperty('sameCause');
});

test('what an incident that is over does not take is a conflict; what is not there is not found', () => {
  const ledger = withOutages('a');
  ledger.say('a', 'up');
  const by = 'maria';
  const late: People[] = [
    { kind: 'incident-acknowledge', incident: '1', by },
    { kind: 'incident-assign', incident: '1', by, to: 'ops' },
    { kind: 'incident-status', incident: '1', by, status: 'monitoring', text: '' },
  ];
  for (const request of late) {
    expect(
      codeOf(() => ledger.send(request)),
      request.kind,
    ).toBe('CONFLICT');
    expect(
      codeOf(() => ledger.send({ ...request, incident: '7' })),
      request.kind,
    ).toBe('NOT_FOUND');
  }
});

test('all that people may say of one incident, in the longest texts, fits into one ledger entry', () => {
  const ledger = withOutages('a');
  const long = (length: number) => ''.padEnd(length, '\u0001');
  const by = long(200);
  for (let at = 0; at < 120; at++)
    ledger.send({ kind: 'incident-note', incident: '1', by, text: `${at}${long(3000)}` });
  ledger.send({ kind: 'incident-cause', incident: '1', by, text: long(4000) });
  ledger.send({ kind: 'incident-assign', incident: '1', by, to: long(200) });
  ledger.send(postmortem(long(16_384), { by, published: true }));
  expect(found(ledger)?.postmortem?.text).toHaveLength(16_384);
  expect(Buffer.byteLength(JSON.stringify(found(ledger)))).toBeLessThan(1_048_576 - 200_000);
  expect(() => ledger.send(postmortem(long(16_385)))).toThrow('not valid');
});

test('what people said is there after a restart, byte for byte', () => {
  const ledger = withOutages('a', 'b');
  ledger.send({ kind: 'incident-assign', incident: '1', by: 'maria', to: 'ops' });
  ledger.send(postmortem('text', { published: true }));
  ledger.send({ kind: 'incident-link', incident: '1', other: '2', linked: true, by: 'maria' });
  ledger.send({ kind: 'incident-impact', incident: '2', by: 'maria', impact: 'none' });
  const live = ledger.machine.snapshot();
  expect(Buffer.compare(ledger.refolded().snapshot(), live)).toBe(0);
  expect(Buffer.compare(ledger.restored().snapshot(), live)).toBe(0);
});
