import { expect, test } from 'vitest';
import type { ApiIncident, ApiIncidentTimeline } from '../../model/index.ts';
import { exportIncident } from './export-incident.ts';
import { line, quoted } from './markdown.ts';

const at = '2026-01-02T03:04:05.000Z';
const hostile = '<img src=x onerror=alert(1)>\n# [x](javascript:alert(1)) `` ` @all https://evil.example';

function incident(given: Partial<ApiIncident> = {}): ApiIncident {
  return {
    id: '7',
    check: 'gateway',
    title: 'gateway is down',
    status: 'resolved',
    impact: 'major',
    openedAt: at,
    resolvedAt: '2026-01-02T03:06:35.000Z',
    affected: ['shop'],
    told: ['ops'],
    transitions: [41, 44],
    updates: [],
    ...given,
  };
}
const timeline: ApiIncidentTimeline = {
  omitted: 2,
  items: [
    { kind: 'update', at, update: { at, by: 'w1', kind: 'opened', text: 'gateway is down: No reply.' } },
    {
      kind: 'action',
      at,
      action: {
        id: '7.firing.0',
        check: 'gateway',
        transition: 41,
        what: 'tell ops',
        state: 'done',
        attempts: 1,
        text: 'Sent.',
      },
    },
  ],
};

test('as Markdown: what happened, who saw it, what was done', () => {
  const { text, fileName, mediaType } = exportIncident(incident(), timeline, 'markdown');
  expect([fileName, mediaType]).toEqual(['incident-7.md', 'text/markdown; charset=utf-8']);
  expect(text).toContain('# Incident 7: gateway is down\n');
  expect(text).toContain(`- **resolved**: 2026-01-02T03:06:35.000Z (after 2m30s)`);
  expect(text).toContain(String.raw`- **ledger**: \#41, \#44`);
  expect(text).toContain('2 older verdicts are left out.');
  expect(text).toContain('**action** tell ops: done, Sent.');
});

test('as JSON: the incident with its timeline, one document', () => {
  const { text, fileName } = exportIncident(incident(), timeline, 'json');
  expect(fileName).toBe('incident-7.json');
  expect(JSON.parse(text)).toEqual({ ...incident(), timeline: timeline.items });
});

test('hostile text in any field stays text, and the file’s name stays a name', () => {
  const said = { text: hostile, by: hostile, at };
  const { text, fileName } = exportIncident(
    incident({
      id: '../../etc/passwd"\r\n',
      title: hostile,
      check: hostile,
      affected: [hostile],
      told: [hostile],
      cause: said,
      postmortem: { ...said, revision: 1 },
      assigned: { to: hostile, by: hostile, at },
      reason: { code: hostile, text: hostile },
      resource: { [hostile]: hostile },
    }),
    { omitted: 0, items: [{ kind: 'update', at, update: { at, by: hostile, kind: 'noted', text: hostile } }] },
    'markdown',
  );
  expect(fileName).toBe('incident-etcpasswd.md');
  // A tag or a link begins with a bracket that no backslash stands before.
  expect(text).not.toMatch(/(?<!\\)<[a-z]/i);
  expect(text.replaceAll(/^> .*$/gm, '')).not.toMatch(/(?<!\\)[[`]/);
  expect(text.split('\n').filter((one) => one.startsWith('#'))).toEqual([
    expect.stringContaining('# Incident'),
    '## Cause',
    '## Timeline',
    '## Postmortem (draft)',
  ]);
});

test('line and quote keep to their place', () => {
  expect(line('a\n# b')).toBe(String.raw`a \# b`);
  expect(line('a-b (c): https://d.example')).toBe(String.raw`a-b (c): https\://d.example`);
  expect(line('`x` a_b')).toBe('\\`x\\` a\\_b');
  expect(quoted('a\r\n<b>\u001b')).toBe('> a\n> &lt;b>\ufffd');
});
