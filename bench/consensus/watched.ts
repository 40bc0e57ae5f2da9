import { ed25519Signer, networkOf, signRequest } from '../../src/agree/index.ts';
import type { LedgerRequest } from '../../src/model/index.ts';
import { operatorOf } from '../../src/watcher/cluster/operator.ts';
import type { OurCluster } from './cluster.ts';

/** Signs a request as the member at this place, and has it ordered there. */
export type Ask = (at: number, request: LedgerRequest) => Promise<void>;

/** Puts a configuration with so many checks in force, in a cluster whose members run the product's state machine. */
export async function watchedBy(cluster: OurCluster, checks: number): Promise<Ask> {
  const { genesis, keys } = cluster;
  const network = networkOf(genesis);
  const members = genesis.watchers.map(({ id }, at) => {
    const key = keys[at];
    if (!key) throw new Error('every member has a key');
    return { signer: ed25519Signer(id, key), number: 0 };
  });
  const ask: Ask = (at, request) => {
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
  return ask;
}
