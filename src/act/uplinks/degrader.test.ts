import { expect, test } from 'vitest';
import { failoverSchema, uplinksSchema } from '../../model/index.ts';
import { silentLog } from '../../platform/index.ts';
import { Degrader } from './degrader.ts';

const uplinks = uplinksSchema.parse([
  { name: 'isp1', device: 'wan1', gateway: '192.168.76.1' },
  { name: 'isp2', device: 'wan2', gateway: '192.168.75.1', thin: true },
]);
const failover = failoverSchema.parse({ degraded: { limit: '800kbit' } });
const order = (...serving: string[]) => [{ family: 4 as const, serving, leaving: [] }];

function rig(refusals = 0) {
  const scripts: string[] = [];
  let left = refusals;
  const applyNft = (script: string) => {
    scripts.push(script);
    return left-- > 0 ? Promise.reject(new Error('no such table')) : Promise.resolve();
  };
  return { scripts, degrader: new Degrader(uplinks, failover, { applyNft, log: silentLog }) };
}

test('nothing is done until a thin uplink carries everything, and each change once', async () => {
  const { scripts, degrader } = rig();
  degrader.follow(order('isp1', 'isp2'));
  degrader.follow(order('isp2'));
  degrader.follow(order('isp2'));
  degrader.follow(order('isp1', 'isp2'));
  await degrader.settled();
  expect(scripts.map((script) => script.split('\n').length)).toEqual([4, 2]);
  expect(scripts[1]).toBe('flush chain inet quorumwatch thin\n');
});

test('what was refused is tried again at the next switch', async () => {
  const { scripts, degrader } = rig(1);
  degrader.follow(order('isp2'));
  await degrader.settled();
  degrader.follow(order('isp2'));
  await degrader.settled();
  expect(scripts).toHaveLength(2);
});
