import { ed25519Signer, networkOf, signRequest } from '../../src/agree/index.ts';
import type { LedgerRequest, Opinion } from '../../src/model/index.ts';
import { operatorOf } from '../../src/watcher/cluster/operator.ts';
import type { OurCluster } from './cluster.ts';
import { cpuOf } from './served.ts';

const checks = 2000;
const bundle = 32;
const bundlesUnderWay = 16;

/** Every member says in turn that each of its checks is down and up again, in signed bundles, as fast as it is answered. */
export async function observe(cluster: OurCluster, forMs: number): Promise<{ perSecond: number; cpuUs: number }> {
  const { genesis, keys } = cluster;
  const network = networkOf(genesis);
  const members = genesis.watchers.map(({ id }, at) => {
    const key = keys[at];
    if (!key) throw new Error('every member has a key');
    return { signer: ed25519Signer(id, key), number: 0 };
  });
  const ask = (at: number, request: LedgerRequest) => {
    const member = members[at];
    if (!member) throw new Error(`no member ${at}`);
    member.number += 1;
    return cluster.put(at, Buffer.alloc(0), signRequest(request, member.number, network, member.signer));
  };
  const operatorKey = keys.at(-1);
  if (!operatorKey) throw new Error('there is an operator');
  const operator = operatorOf('bench', ed25519Signer('bench', operatorKey), genesis);
  const watch = Array.from({ length: checks }, (_, at) => ({ name: `check ${at}`, type: 'icmp', host: '127.0.0.1' }));
  const document = { site: 'bench', watch };
  const authority = operator.sign('configure', 0, document);
  await ask(0, { kind: 'configure', body: { document, source: { kind: 'api' }, by: 'bench' }, authority });
  let seen = 0;
  const begin = performance.now() + forMs / 4;
  const end = begin + forMs;
  const worker = async (at: number, lane: number) => {
    for (let round = 0; performance.now() < end; round++) {
      const opinions = Array.from({ length: bundle }, (_, index): Opinion => {
        // Each watcher has checks of its own here, so opinions change all the time and verdicts don't.
        const check = ((lane * bundle + index) * members.length + at) % checks;
        const state = round % 2 === 0 ? 'down' : 'up';
        const watcher = genesis.watchers[at]?.id ?? '';
        return { check: `check ${check}`, watcher, state, since: Date.now(), rounds: ['fail'], results: [] };
      });
      await ask(at, { kind: 'observe', opinions });
      const now = performance.now();
      if (now >= begin && now <= end) seen += bundle;
    }
  };
  let cpuMs = 0;
  setTimeout(() => (cpuMs = cpuOf(cluster.processes)), forMs / 4);
  await Promise.all(
    members.flatMap((_, at) =>
      Array.from({ length: bundlesUnderWay / members.length }, (__, lane) => worker(at, lane)),
    ),
  );
  cpuMs = cpuOf(cluster.processes) - cpuMs;
  return { perSecond: seen / (forMs / 1000), cpuUs: (1000 * cpuMs) / Math.max(1, seen) };
}
