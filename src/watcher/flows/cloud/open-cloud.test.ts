import { expect, test } from 'vitest';
import { flowsSchema } from '../../../model/index.ts';
import { silentLog, systemClock } from '../../../platform/index.ts';
import { openCloud } from './open-cloud.ts';
import { HeldSink, noNames } from './sink.fixture.ts';

test('two inputs of one name are a mistake', () => {
  const input = { name: 'vpc', format: 'gcp' };
  const parse = (...names: string[]) =>
    flowsSchema.safeParse({
      cloud: names.map((name) => ({ ...input, name, folder: '/logs' })),
      push: names.map((name) => ({ ...input, name, 'token-file': '/token' })),
    });
  expect(parse('a', 'b').success).toBe(true);
  expect(parse('a', 'a').error?.issues.map(({ path }) => path)).toEqual([['cloud'], ['push']]);
});

test('an input that cannot be read as it is configured leaves the others alone', async () => {
  const sink = new HeldSink();
  const flows = flowsSchema.parse({
    push: [
      { name: 'wrong', format: 'aws', 'format-string': 'no such fields', 'token-file': 'unused' },
      {
        name: 'right',
        format: 'aws',
        'format-string': '${srcaddr} ${dstaddr} ${end} ${bytes}',
        'token-file': 'unused',
      },
    ],
  });
  const cloud = openCloud(flows, '', { names: noNames, sink, clock: systemClock, log: silentLog });
  await cloud.push('right', '10.0.0.1 10.0.0.2 1418530070 77\n');
  expect(sink.bytes).toEqual([77n]);
  await expect(cloud.push('wrong', '')).rejects.toMatchObject({ code: 'NOT_FOUND' });
  expect(cloud.problems()).toEqual([expect.stringContaining('the log wrong is not read: expected fields')]);
  await cloud.push('right', '10.0.0.1\n');
  expect(cloud.problems()[1]).toBe('entries of the log right cannot be read: 1 field-count');
  await cloud.close();
});
