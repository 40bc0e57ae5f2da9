import { expect, test } from 'vitest';
import { fullDigest } from '../../src/agree/codec/digest.fixture.ts';
import { decodeDigest, encodeDigest } from '../../src/agree/codec/digest.ts';
import { numbers } from '../../src/agree/pbft/cluster.fixture.ts';
import { Reflector } from '../../src/observe/performance/reflector.ts';
import {
  baseBytes,
  decodeReply,
  decodeRequest,
  encodeReply,
  encodeRequest,
} from '../../src/observe/performance/stamp.ts';
import { fuzzSeed, inputs, mutate } from './mutate.ts';

/** What anybody can send to a watcher that measures paths: packets without any key, digests with a member's. */

test('digests: a value that is written the same again, or none', { timeout: 3_600_000 }, () => {
  const corpus = [fullDigest, { ...fullDigest, checks: [] }, { ...fullDigest, paths: [] }].map(
    (digest) => encodeDigest(digest).bytes,
  );
  const pick = numbers(fuzzSeed);
  let taken = 0;
  for (let at = 0; at < inputs(50_000); at++) {
    const bytes = mutate(corpus[pick(corpus.length)] ?? Buffer.alloc(0), corpus, pick);
    const digest = decodeDigest(bytes);
    if (!digest) continue;
    taken += 1;
    expect(encodeDigest(digest).bytes.equals(bytes), bytes.toString('hex')).toBe(true);
  }
  expect(taken).toBeGreaterThan(100);
});

test('packets: answered with as many bytes, or not at all', { timeout: 3_600_000 }, () => {
  const lengths = [baseBytes, baseBytes + 4, 100, 1472];
  const requests = lengths.map((length) => encodeRequest({ sequence: 1, time: 2n, session: 3 }, length));
  const times = { sequence: 0, receivedAt: 1e12, sentAt: 1e12, ttl: 255 };
  const corpus = [...requests, ...requests.map((request) => encodeReply(request, times))];
  const pick = numbers(fuzzSeed);
  const reflector = new Reflector();
  reflector.setPeers([{ address: '192.0.2.1', port: 1 }]);
  let answered = 0;
  for (let at = 0; at < inputs(50_000); at++) {
    const bytes = mutate(corpus[pick(corpus.length)] ?? Buffer.alloc(0), corpus, pick);
    const from = { address: '192.0.2.1', port: 2 };
    const reply = reflector.reflect(bytes, from, { receivedAt: 1e12, now: () => 1e12, nowMs: at * 200, ttl: 1 });
    expect(reply === undefined || reply.length === bytes.length).toBe(true);
    if (reply) answered += 1;
    expect(decodeRequest(bytes) === undefined).toBe(bytes.length < baseBytes);
    expect(decodeReply(bytes) === undefined).toBe(bytes.length < baseBytes);
  }
  expect(answered).toBeGreaterThan(1000);
});
