import { describe, expect, it } from 'vitest';
import { clusterOrigin, genesisText } from '../../../model/index.ts';
import { cosign, cosignedNote } from '../../record/cosignature.ts';
import { hashToHex, sha256 } from '../../record/hash.ts';
import type { Peer } from '../../transport/transport.ts';
import { signerOf } from '../counter.fixture.ts';
import { TestCluster } from './cluster.fixture.ts';
import { decodeFrame, encodeFrame, type Frame } from './frames.ts';

/** Watcher 5 follows; member 4 is in the test's hands and answers what the test wants. */
async function withLiar(answer: (asked: Frame, cluster: TestCluster) => Frame[]) {
  const cluster = new TestCluster(4, { spares: 1 });
  await cluster.start(1, 2, 3);
  const { publicKey } = signerOf('x', 4);
  const liar = cluster.hub.open({ number: 4, publicKey, role: 'member' });
  const peers = cluster.genesis.watchers.map((one): Peer => {
    return { ...one, publicKey: Buffer.from(one.publicKey, 'hex') };
  });
  liar.setPeers(peers);
  const asked: string[] = [];
  liar.onFrame((from, _lane, bytes) => {
    const frame = from === 5 ? decodeFrame(bytes) : undefined;
    if (!frame) return;
    asked.push(frame.type);
    for (const said of answer(frame, cluster)) {
      liar.send(5, said.type === 'refused' ? 'clients' : 'transfer', encodeFrame(said));
    }
  });
  for (let at = 0; at < 9; at++) await cluster.order(1, `before-${at}`);
  await cluster.start(5);
  return { cluster, asked, say: (frame: Frame) => liar.send(5, 'transfer', encodeFrame(frame)) };
}

const three = [1, 2, 3, 5];

function noteOf(cluster: TestCluster, size: number, signers: readonly number[]): string {
  const network = hashToHex(sha256(Buffer.from(genesisText(cluster.genesis))));
  const checkpoint = { origin: clusterOrigin('test', network), size, root: sha256(Buffer.from('another past')) };
  const lines = signers.map((number) => cosign(checkpoint, signerOf(`watcher-${number}`, number), 1));
  return cosignedNote(checkpoint, lines);
}

describe('a follower beside a member that lies', () => {
  it('takes no ledger that less than a quorum has signed', async () => {
    const { cluster, asked } = await withLiar((frame, of) =>
      frame.type === 'want-next'
        ? [
            { type: 'note', text: noteOf(of, 50, [4]) },
            { type: 'note', text: noteOf(of, 60, [4, 1]) },
          ]
        : [],
    );
    await cluster.untilEqual(three, 9, 10_000);
    await cluster.until(() => asked.length > 2);
    expect(asked).not.toContain('want-entries');
    expect(cluster.names(5)).toEqual(cluster.names(1));
  });

  it('asks others when it gets entries that are not those that were signed, or none', async () => {
    const { cluster, asked, say } = await withLiar((frame) => {
      if (frame.type !== 'want-entries' || frame.from % 2 > 0) return [];
      const { from, size } = frame;
      return [{ type: 'entries', from, size, records: [Buffer.from('invented')], proof: [] }];
    });
    await cluster.untilEqual(three, 9, 20_000);
    for (let size = 10; size < 20; size++) {
      await cluster.order(2, `after-${size}`);
      await cluster.until(() => cluster.replica(1).status().cluster.cosigned?.size === size);
      const [newest] = await cluster.replica(1).seals();
      say({ type: 'note', text: newest?.note ?? '' });
      await cluster.untilEqual(three, size, 5000);
    }
    expect(asked).toContain('want-entries');
    expect(cluster.names(5)).toEqual(cluster.names(1));
  });

  it('believes in no end of the epoch that its members have not certified', async () => {
    const root = sha256(Buffer.from('another past'));
    const { cluster, asked } = await withLiar((frame) => {
      if (frame.type !== 'want-next') return [];
      const vote = { signer: 4, signature: signerOf('watcher-4', 4).sign(Buffer.from('anything')) };
      const certificate = { sequence: 9, digest: root, votes: [vote, { ...vote, signer: 3 }, { ...vote, signer: 2 }] };
      return [{ type: 'checkpoint', epoch: 1, certificate, root, size: 9, state: Buffer.from('x'), endsEpoch: true }];
    });
    await cluster.untilEqual(three, 9, 10_000);
    await cluster.until(() => asked.length > 2);
    expect(cluster.replica(5).status().cluster.epoch).toBe(1);
    expect(asked).not.toContain('want-entries');
  });

  it('is not turned away by its word alone', async () => {
    const { cluster, asked } = await withLiar((frame) =>
      frame.type === 'forward' ? [{ type: 'refused', id: frame.id, code: 'FORBIDDEN', text: 'go away' }] : [],
    );
    for (const honest of [1, 2]) cluster.hub.cut(5, honest);
    await cluster.order(5, 'observed');
    cluster.hub.heal();
    await cluster.untilEqual(three, 10, 10_000);
    expect(asked).toContain('forward');
  });
});
