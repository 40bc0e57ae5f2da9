import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { z } from 'zod';
import { configurationSchema } from '../../model/index.ts';
import { notifiers } from './registry.ts';

const schema = configurationSchema({ probes: [], notifiers });
const problems = (receiver: object) =>
  schema
    .safeParse({ notify: { ops: receiver } })
    .error?.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`) ?? [];
const mail = { host: 'mail.example.org', from: 'a@example.org', to: 'b@example.org' };

test('a receiver may have several channels', () => {
  const receiver = { email: mail, telegram: { chat: 5, 'token-file': '/t' }, webhook: { url: 'https://a.example/x' } };
  expect(problems(receiver)).toEqual([]);
});

test('secrets are named once, where they are needed', () => {
  expect(problems({ telegram: { chat: 5 } })).toEqual(['notify.ops.telegram: expected token-file or token']);
  expect(problems({ telegram: { chat: 5, token: '${A}', 'token-file': '/t' } })).toEqual([
    'notify.ops.telegram: expected either token-file or token, found both',
  ]);
  expect(problems({ email: { ...mail, user: 'x' } })).toEqual(['notify.ops.email: expected password-file or password']);
  expect(problems({ email: { ...mail, password: '${A}' } })).toEqual([
    'notify.ops.email: expected user beside the password',
  ]);
  expect(problems({ email: { ...mail, to: 'nobody' } })[0]).toContain('expected an address such as');
});

test('every notifier describes itself and all its options', () => {
  expect(new Set(notifiers.map((notifier) => notifier.channel)).size).toBe(notifiers.length);
  for (const notifier of notifiers) {
    const document = z.toJSONSchema(z.strictObject(notifier.options), { io: 'input' });
    expect(notifier.summary).not.toBe('');
    for (const [key, option] of Object.entries(document.properties ?? {})) {
      expect(option, `${notifier.channel}.${key}`).toHaveProperty('description');
    }
  }
});

test('the examples of the guide are valid, and name every channel', () => {
  const guide = readFileSync(join(import.meta.dirname, '../../../docs/guide/notifications.md'), 'utf8');
  const [, example = ''] = /## Channels[\s\S]*?```yaml\n([\s\S]*?)```/.exec(guide) ?? [];
  const document = parse(example) as { notify: Record<string, object> };
  expect(schema.safeParse(document).error?.issues ?? []).toEqual([]);
  const channels = Object.values(document.notify).flatMap((receiver) => Object.keys(receiver));
  expect(channels.sort()).toEqual(notifiers.map(({ channel }) => channel).sort());
});
