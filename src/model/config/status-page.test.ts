import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { standsForCheck, statusPageProblems, statusPageSchema } from './status-page.ts';

const around = {
  checks: new Set(['web', 'web@seoul', 'isp1']),
  groups: ['offices'],
  notify: { ops: { email: {} }, chat: { telegram: {} } },
  nearest: () => '',
};
const problems = (given: unknown) =>
  statusPageProblems(statusPageSchema.parse(given), around).map(({ path, message }) => `${path.join('.')}: ${message}`);
const component = (standsFor: unknown, name = 'Shop') => ({ name, 'stands-for': standsFor });

describe('what the section is checked for', () => {
  test('names of components, of what they stand for, and of who sends the mails', () => {
    expect(
      problems({
        components: [
          component({ checks: ['web', 'wbe'] }),
          component({ group: 'shops' }),
          component({ checks: ['isp1'], group: 'offices', select: 'a=b' }, 'Offices'),
        ],
        subscribe: { mail: 'chat' },
      }),
    ).toEqual([
      'status-page.components.0.stands-for.checks.1: expected the name of a check',
      'status-page.components.1.name: expected a unique name',
      'status-page.components.1.stands-for.group: expected a group of the section groups',
      'status-page.subscribe: expected url beside it: links to confirm and to unsubscribe lead there',
      'status-page.subscribe.mail: expected a receiver of the section notify with an email channel',
    ]);
  });

  test('what is right has no problem, and no section is right', () => {
    expect(problems(undefined)).toEqual([]);
    expect(
      problems({
        url: 'https://status.example.org/status/',
        components: [component({ checks: ['web@seoul'] })],
        subscribe: { mail: 'ops', webhooks: true },
      }),
    ).toEqual([]);
  });

  test.each([
    { components: [component({})] },
    { components: [{ name: 'Shop' }] },
    { languages: [] },
    { languages: ['en', 'en'] },
    { languages: ['tlh'] },
    { url: 'javascript:alert(1)' },
    { 'time-zone': 'Mars/Olympus' },
    { listen: '8080' },
    { colour: 'red' },
  ])('%j is refused', (given) => {
    expect(statusPageSchema.safeParse(given).success).toBe(false);
  });
});

test('nothing is public unless that is said, and no details are', () => {
  expect(statusPageSchema.parse({})).toMatchObject({ public: false, detail: 'names', components: [] });
});

test('a name stands for itself and for what is made of it', () => {
  const names = new Set(['web', 'mail@home']);
  expect(['web', 'web@seoul', 'web@a@b', 'mail@home', 'mail@home@x'].every((one) => standsForCheck(names, one))).toBe(
    true,
  );
  expect(['webs', 'mail', 'mail@office', '@web', ''].some((one) => standsForCheck(names, one))).toBe(false);
});

test('the section of the guide is one that is understood', () => {
  const guide = readFileSync(new URL('../../../docs/guide/status-page.md', import.meta.url), 'utf8');
  const [, yaml = ''] = /```yaml\n([^]*?)```/.exec(guide) ?? [];
  const { 'status-page': section } = parse(yaml) as { 'status-page': unknown };
  expect(statusPageSchema.parse(section)).toMatchObject({ public: true, title: 'Example Shop' });
});
