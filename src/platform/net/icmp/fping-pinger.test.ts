import { expect, test } from 'vitest';
import { systemClock } from '../../clock.ts';
import { FpingPinger, hasFping, readTimes } from './fping-pinger.ts';
import type { EchoRequest, EchoResult, Pinger } from './pinger.ts';

const echo = (pinger: Pinger, request: EchoRequest) =>
  new Promise<EchoResult>((resolve) => pinger.echo(request, resolve));

test('results are told from messages', () => {
  const output = '127.0.0.1 : 0.05\n192.0.2.7  : -\nICMP Host Unreachable from 10.0.0.1\n::1 : 12\nx : y\n';
  expect(readTimes(output)).toEqual(
    new Map<string, unknown>([
      ['127.0.0.1', 0.05],
      ['192.0.2.7', 'lost'],
      ['::1', 12],
    ]),
  );
});

const missing = hasFping() ? undefined : 'fping is not installed';
if (missing !== undefined) console.warn(`skipped: echoes by fping (${missing})`);

test.skipIf(missing !== undefined)('equal targets, several options and refusals', async () => {
  const pinger = new FpingPinger(systemClock);
  const timeoutMs = 3000;
  const results = await Promise.all([
    echo(pinger, { address: '127.0.0.1', timeoutMs }),
    echo(pinger, { address: '127.0.0.1', timeoutMs }),
    echo(pinger, { address: '127.0.0.2', timeoutMs, ttl: 9, dontFragment: true, sizeBytes: 1400 }),
    echo(pinger, { address: 'localhost', timeoutMs }),
    echo(pinger, { address: '127.0.0.1', timeoutMs, mark: 4 }),
    echo(pinger, { address: '127.0.0.1', timeoutMs, sourceAddress: '192.0.2.9' }),
  ]);
  expect(results).toMatchObject([
    { kind: 'reply', from: '127.0.0.1' },
    { kind: 'reply', from: '127.0.0.1' },
    { kind: 'reply', from: '127.0.0.2' },
    { kind: 'error', code: 'EINVAL' },
    { kind: 'error', code: 'ENOTSUP' },
    { kind: 'error', code: 'EIO' },
  ]);
  expect(pinger.statistics()).toMatchObject({ replies: 3, errors: 3, waiting: 0 });
  const left = echo(pinger, { address: '127.0.0.1', timeoutMs });
  pinger.close();
  expect(await left).toMatchObject({ kind: 'error', code: 'ECANCELED' });
});
