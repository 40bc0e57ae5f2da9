import { describe, expect, it } from 'vitest';
import { decodeMessage, encodeMessage } from '../codec/pbft-message.ts';
import { bundleOf } from './adversary.fixture.ts';
import { ClientTable } from './client-table.ts';
import { Cluster } from './cluster.fixture.ts';
import type { Bundle } from './messages.ts';

const everybodyHas = (cluster: Cluster, ...ids: string[]) =>
  cluster.running.every((node) => ids.every((id) => node.ids.includes(id)));
/** A client that is no member. */
const client = 9;

function sendToAll(cluster: Cluster, ...bundles: Bundle[]): void {
  for (const to of cluster.members) for (const bundle of bundles) cluster.send(client, to, bundle);
}

describe('clients', () => {
  it('S61 what a client sends again to all is executed once, before and after a view change and a restart', () => {
    const cluster = new Cluster(4);
    const bundle = bundleOf(client, 7, 'once');
    cluster.send(client, 2, bundle);
    cluster.until(() => everybodyHas(cluster, 'once'));
    for (let at = 0; at < 3; at++) {
      sendToAll(cluster, bundle, bundle);
      cluster.tick(200);
    }
    cluster.crash(0);
    cluster.propose(1, 'other view');
    cluster.until(() => everybodyHas(cluster, 'other view'));
    sendToAll(cluster, bundle);
    cluster.restart(2);
    cluster.restart(0);
    sendToAll(cluster, bundle);
    cluster.propose(2, 'end');
    cluster.until(() => everybodyHas(cluster, 'end'));
    for (const node of cluster.nodes) expect(node.ids.filter((id) => id === 'once')).toHaveLength(1);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S62 numbers of the past, the present and the future, and a leap beyond the window', () => {
    const cluster = new Cluster(4, { maxClientBundles: 8 });
    const order = (...numbers: number[]) => {
      for (const number of numbers) sendToAll(cluster, bundleOf(client, number, `n${number}`));
      cluster.tick(200);
    };
    order(5);
    order(5, 3, 9, 7);
    expect(cluster.node(1).ids).toEqual(['n5', 'n3', 'n9', 'n7']);
    // 1 is eight below 9 and has left the window; 2 has not.
    order(1, 2);
    expect(cluster.node(1).ids.slice(4)).toEqual(['n2']);
    // The same number with other content is no new request.
    sendToAll(cluster, bundleOf(client, 9, 'other'));
    cluster.tick(200);
    expect(cluster.node(1).ids).toHaveLength(5);
    order(Number.MAX_SAFE_INTEGER);
    order(10, 100);
    expect(cluster.node(1).ids.slice(5)).toEqual([`n${Number.MAX_SAFE_INTEGER}`]);
    cluster.propose(0, 'of a member');
    cluster.until(() => everybodyHas(cluster, 'of a member'));
    expect(new Set(cluster.nodes.map(({ ids }) => ids.join(' '))).size).toBe(1);
  });

  it.each([1, 7, 8, 9, 64])('S62 the window of %i numbers is what a set of all numbers says', (width) => {
    const table = new ClientTable(width, 2);
    const executed = new Set<number>();
    let highest = -1;
    // Steps forwards and back around the width, and leaps over it.
    for (const step of [3, 0, 1, -1, width - 1, -width, width, 1 - width, width + 1, -2, 2 * width, 1, -1, 5, 2, -4]) {
      const number = Math.max(0, highest + step);
      const isNew = highest < 0 || number > highest || (highest - number < width && !executed.has(number));
      expect(table.accepts(1, number)).toBe(isNew);
      expect(table.execute(1, number)).toBe(isNew);
      if (isNew) executed.add(number);
      highest = Math.max(highest, number);
      expect(table.highest(1)).toBe(highest);
    }
    expect(table.execute(2, 0)).toBe(true);
    expect(table.accepts(3, 0)).toBe(false);
  });

  it('S63 f members that answer questions for content with lies', () => {
    const cluster = new Cluster(4);
    const lie = bundleOf(client, 1, 'lie');
    cluster.link = ({ from, to, message }) => {
      if (to === 2 && message.type === 'bundle') return false;
      if (from === 0 && message.type === 'data') return [{ type: 'data', content: 'bundle', bundle: lie }];
      return true;
    };
    cluster.propose(1, 'true');
    cluster.until(() => everybodyHas(cluster, 'true'));
    expect(cluster.delivered.some(({ from, to, message }) => from === 0 && to === 2 && message.type === 'data')).toBe(
      true,
    );
    expect(cluster.node(2).ids[0]).toBe('true');
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S64 a bundle whose signature only the primary was given right is ordered for all', () => {
    const cluster = new Cluster(4);
    const right = bundleOf(client, 1, 'request');
    const wrong = { ...right, signature: Buffer.alloc(64, 7) };
    for (const to of [1, 2, 3]) cluster.send(client, to, wrong);
    cluster.send(client, 0, right);
    cluster.until(() => everybodyHas(cluster, 'request'));
    for (const id of [1, 2, 3]) expect(cluster.node(id).refusals('bad-signature')).toBeGreaterThan(0);
    expect(cluster.nodes.map(({ core }) => core.inspect().view)).toEqual([0, 0, 0, 0]);
    expect(cluster.node(0).ledger).toHaveLength(1);
  });

  it('S64 a wrong one to the primary and right ones to the backups', () => {
    const cluster = new Cluster(4);
    const right = bundleOf(client, 1, 'request');
    cluster.send(client, 0, { ...right, signature: Buffer.alloc(64, 7) });
    for (const to of [1, 2, 3]) cluster.send(client, to, right);
    cluster.until(() => everybodyHas(cluster, 'request'));
    expect(cluster.nodes.map(({ core }) => core.inspect().view)).toEqual([0, 0, 0, 0]);
  });

  it('S65 a client floods at ten times its share: it is bounded, and others wait no longer', () => {
    const cluster = new Cluster(4, { maxClientBundles: 16, maxProposalBundles: 8 });
    const flood = (from: number) => {
      for (let at = 0; at < 160; at++) sendToAll(cluster, bundleOf(client, from + at, `flood ${from + at}`));
      for (let at = 0; at < 160; at++) {
        sendToAll(cluster, { ...bundleOf(client, from + 500 + at, 'forged'), signature: Buffer.alloc(64) });
      }
    };
    const texts: string[] = [];
    const waited: number[] = [];
    for (let round = 0; round < 10; round++) {
      flood(round * 200);
      const text = cluster.propose(round % 4);
      texts.push(text);
      const at = cluster.now;
      cluster.until(() => everybodyHas(cluster, text));
      waited.push(cluster.now - at);
    }
    expect(Math.max(...waited)).toBeLessThanOrEqual(200);
    expect(cluster.node(2).refusals('no-room')).toBeGreaterThan(100);
    expect(cluster.node(2).ids.filter((id) => id === 'forged')).toEqual([]);
    expect(cluster.nodes.map(({ core }) => core.inspect().view)).toEqual([0, 0, 0, 0]);
    expect(cluster.disagreement()).toBeUndefined();
  });

  it('S66 requests are opaque: those that only some versions of clients know are ordered as bytes', () => {
    const cluster = new Cluster(4);
    const bytes = Buffer.from([0xff, 0x00, 0xfe, 0x80]);
    cluster.node(1).core.step({ type: 'propose', request: { id: 'später ☂', bytes } });
    cluster.node(2).core.step({ type: 'propose', request: { id: 'empty', bytes: new Uint8Array() } });
    cluster.run();
    for (const { ledger } of cluster.nodes) {
      const requests = ledger.flatMap((batch) => batch.requests);
      expect(requests.find(({ id }) => id === 'später ☂')?.bytes).toEqual(bytes);
      expect(requests.find(({ id }) => id === 'empty')?.bytes).toHaveLength(0);
    }
  });

  it.each([0, 1])('S66 S70 a message of a version or kind that is not known is refused by its form (byte %i)', (at) => {
    const later = Buffer.from(encodeMessage(bundleOf(client, 1, 'later')));
    expect(decodeMessage(later)).toMatchObject({ type: 'bundle' });
    later.writeUInt8(200, at);
    expect(decodeMessage(later)).toBe('unknown-kind');
  });
});
