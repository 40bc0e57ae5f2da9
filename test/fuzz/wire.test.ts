import { expect, test } from 'vitest';
import { decodeBatch, encodeBatch } from '../../src/agree/codec/batch.ts';
import { decodeMessage, encodeMessage } from '../../src/agree/codec/pbft-message.ts';
import { Cluster, numbers } from '../../src/agree/pbft/cluster.fixture.ts';
import { decodeRecord as decodePbftRecord } from '../../src/agree/pbft/journal-record.ts';
import { Cluster as RaftCluster } from '../../src/agree/raft/cluster.fixture.ts';
import { decodeMessage as decodeRaft, encodeMessage as encodeRaft } from '../../src/agree/raft/codec.ts';
import { decodeRecord as decodeRaftRecord } from '../../src/agree/raft/records.ts';
import { decodeEntry } from '../../src/agree/record/entry.ts';
import { decodeSnapshot } from '../../src/agree/runtime/snapshot-file.ts';
import { fuzzSeed, inputs, mutate } from './mutate.ts';

/**
 * Whatever arrives, a decoder answers with a value or with a reason, at once and without taking more memory than the
 * input deserves. Inputs are genuine messages and records of a small life, changed.
 */

/** A cluster that orders, changes its view and takes checkpoints, with everything it sent and wrote. */
function pbftLife(): { messages: Buffer[]; records: Uint8Array[]; cluster: Cluster } {
  const cluster = new Cluster(4);
  const messages: Buffer[] = [];
  cluster.link = ({ message }) => {
    if (messages.length < 3000) messages.push(encodeMessage(message));
    return true;
  };
  for (let at = 0; at < 10; at++) {
    cluster.propose(at % 4);
    cluster.tick(50);
  }
  cluster.crash(0);
  cluster.propose(1);
  cluster.tick(5000);
  return { messages, records: cluster.node(1).journal.concat(cluster.node(2).journal), cluster };
}

function raftLife(): { messages: Buffer[]; records: Uint8Array[] } {
  const cluster = new RaftCluster([1, 2, 3]);
  const messages: Buffer[] = [];
  const note = () => {
    cluster.settle(({ message }) => {
      messages.push(encodeRaft(message));
      return true;
    });
  };
  for (let ms = 0; ms < 8000; ms += 50) {
    cluster.tick(50);
    note();
    if (ms % 1000 === 0) for (const id of [1, 2, 3]) cluster.propose(id, `r${id}-${ms}`);
    note();
  }
  return { messages, records: [1, 2, 3].flatMap((id) => cluster.member(id).journal) };
}

/** Tries one decoder; returns how many inputs it took for genuine. */
function fuzz(name: string, corpus: readonly Uint8Array[], count: number, decode: (bytes: Buffer) => boolean): number {
  expect(corpus.length, `${name}: there is something to begin with`).toBeGreaterThan(0);
  const pick = numbers(fuzzSeed);
  let taken = 0;
  for (let at = 0; at < count; at++) {
    const bytes = mutate(corpus[pick(corpus.length)] ?? Buffer.alloc(0), corpus, pick);
    try {
      if (decode(bytes)) taken += 1;
    } catch (problem) {
      throw new Error(`${name} input ${at} of seed ${fuzzSeed}: ${bytes.toString('hex').slice(0, 2000)}`, {
        cause: problem,
      });
    }
  }
  return taken;
}

const memoryAfter = () => {
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
};

test('messages of PBFT: a value that is written the same again, or a reason', { timeout: 3_600_000 }, () => {
  const { messages } = pbftLife();
  const count = inputs(200_000);
  const before = memoryAfter();
  const taken = fuzz('message', messages, count, (bytes) => {
    const message = decodeMessage(bytes);
    if (typeof message === 'string') return false;
    if (!encodeMessage(message).equals(bytes)) throw new Error('two texts for one message');
    return true;
  });
  expect(taken, 'some changes leave the form right, so the check of the second text ran').toBeGreaterThan(0);
  expect(taken).toBeLessThan(count);
  expect(memoryAfter() - before).toBeLessThan(200_000_000);
});

test('a PBFT member steps over every message whose form is right', { timeout: 3_600_000 }, () => {
  const { messages, cluster } = pbftLife();
  const { core } = cluster.node(2);
  const pick = numbers(fuzzSeed + 1);
  let refused = 0;
  fuzz('step', messages, inputs(50_000), (bytes) => {
    const message = decodeMessage(bytes);
    if (typeof message === 'string') return false;
    core.step({ type: 'message', from: pick(6), message });
    for (let ready = core.ready(); ready; ready = core.ready()) {
      refused += ready.notices.filter(({ type }) => type === 'refused').length;
      core.advance(ready);
    }
    return true;
  });
  expect(refused, 'what was refused has a reason').toBeGreaterThan(0);
});

test('messages of Raft: a value that is written the same again, or nothing', { timeout: 3_600_000 }, () => {
  const { messages } = raftLife();
  fuzz('raft message', messages, inputs(100_000), (bytes) => {
    const message = decodeRaft(bytes);
    if (!message) return false;
    if (!Buffer.from(encodeRaft(message)).equals(bytes)) throw new Error('two texts for one message');
    return true;
  });
});

test('records of journals, batches, entries and snapshots: a value or nothing', { timeout: 3_600_000 }, () => {
  const pbft = pbftLife();
  const raft = raftLife();
  const count = inputs(50_000);
  const isValue = (value: unknown) => value !== undefined;
  fuzz('PBFT record', pbft.records, count, (bytes) => isValue(decodePbftRecord(bytes)));
  fuzz('Raft record', raft.records, count, (bytes) => isValue(decodeRaftRecord(bytes)));
  const requests = [
    { id: 'a', bytes: Buffer.from('one') },
    { id: 'b', bytes: Buffer.alloc(40, 7) },
  ];
  const batches = [
    encodeBatch({ sequence: 3, time: 5, requests }),
    encodeBatch({ sequence: 4, time: 6, requests: [] }),
  ];
  fuzz('batch', batches, count, (bytes) => isValue(decodeBatch(bytes)));
  const others = [...batches, ...pbft.messages.slice(0, 50)];
  fuzz('entry', others, count, (bytes) => isValue(decodeEntry(bytes)));
  fuzz('snapshot', others, count, (bytes) => isValue(decodeSnapshot(bytes)));
});
