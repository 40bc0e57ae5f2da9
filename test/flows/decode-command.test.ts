import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { dataSet, message, templateSet, type MadeField } from '../../src/observe/flows/decode/message.fixture.ts';
import { cleanUp, cli, folder } from '../support/rig.ts';
import { fixtures, fixturesMissing } from './fixtures.ts';

/** `quorumwatch flows decode`. */

afterEach(cleanUp);

const fields: MadeField[] = [
  { id: 8, length: 4 },
  { id: 1, length: 8 },
  { id: 4242, length: 2, pen: 9 },
];
const record = [Uint8Array.of(192, 0, 2, 7), Uint8Array.of(0, 0, 0, 0, 0, 0, 5, 220), Uint8Array.of(0xab, 0xcd)];

test('a file of messages, as people and as programs read it', async () => {
  const cwd = folder();
  const bytes = Buffer.concat([
    message(10, [templateSet(10, 300, fields)], { sequence: 7, domain: 12 }),
    message(10, [dataSet(300, fields, [record])], { sequence: 7, domain: 12 }),
  ]);
  writeFileSync(join(cwd, 'flows.ipfix'), bytes);
  const people = await cli(cwd, 'flows', 'decode', 'flows.ipfix');
  expect(people).toMatchObject({ code: 0, stderr: '' });
  expect(people.stdout).toContain('IPFIX of domain 12, number 7\n  sourceIPv4Address=192.0.2.7 octetDeltaCount=1500');
  const programs = await cli(cwd, 'flows', 'decode', 'flows.ipfix', '--json');
  const messages = programs.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(messages[1]).toMatchObject({
    version: 10,
    sets: [
      {
        records: 300,
        values: [{ sourceIPv4Address: '192.0.2.7', octetDeltaCount: 1500, 'enterprise9.element4242': 'abcd' }],
      },
    ],
  });
  writeFileSync(join(cwd, 'noise'), 'no flows at all');
  expect((await cli(cwd, 'flows', 'decode', 'noise', '--json')).stdout).toContain('unknown-version');
  expect(await cli(cwd, 'flows', 'decode', 'absent')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('(absent)'),
  });
});

test.skipIf(fixturesMissing !== undefined)('a capture, with when and from whom each message came', async () => {
  const done = await cli(fixtures, 'flows', 'decode', 'lab-exporters/softflowd_ipfix_biflow.pcap', '--json');
  const messages = done.stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(messages).toHaveLength(3);
  for (const one of messages) expect(one).toMatchObject({ at: expect.stringMatching(/^20\d\d-/), from: '10.99.0.1' });
  const sflow = await cli(fixtures, 'flows', 'decode', 'lab-exporters/pmacct_sfprobe_sflow.pcap');
  expect(sflow.stdout.match(/^\S+ \S+ sFlow v5 of /gm)).toHaveLength(26);
});

test('a file with no message in it is a failure, and says what it is not', async () => {
  const cwd = folder();
  writeFileSync(join(cwd, 'text'), 'no messages of flows');
  const people = await cli(cwd, 'flows', 'decode', 'text');
  expect(people).toMatchObject({ code: 1, stdout: 'no message: unknown-version at byte 0\n' });
});
