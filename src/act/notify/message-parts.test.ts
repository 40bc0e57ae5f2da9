import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { sampleBody } from '../testing/sample.ts';
import { renderMessage } from './message.ts';
import { messageParts, partsOf } from './message-parts.ts';
import { smsParts } from './sms-gateways.ts';

const guide = readFileSync(join(import.meta.dirname, '../../../docs/guide/notifications.md'), 'utf8');

test('the guide names every part of a message as the program knows it', () => {
  for (const [part, meaning] of Object.entries(messageParts)) expect(guide).toContain(`| \`${part}\` | ${meaning} |`);
  for (const part of Object.keys(smsParts)) expect(guide).toContain(`\`\${${part}}\``);
});

test('a message has a value for every part', () => {
  const body = sampleBody({ message: 'resolved' });
  const parts = partsOf(
    renderMessage('1.0', { ...body, incident: { ...body.incident, resolvedAt: 0, severity: 'critical' } }),
  );
  expect(Object.keys(parts)).toEqual(Object.keys(messageParts));
  expect(parts).toMatchObject({ resolved: '1970-01-01T00:00:00.000Z', severity: 'critical', level: 'fine', link: '' });
});
