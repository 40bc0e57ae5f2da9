import { describe, expect, it } from 'vitest';
import { Reflector } from './reflector.ts';
import { decodeReply, encodeRequest } from './stamp.ts';

const peer = { address: '192.0.2.7', port: 8471 };
const probing = { address: '192.0.2.7', port: 40_000 };
const request = (session = 1, length?: number) => encodeRequest({ sequence: 0, time: 5n, session }, length);
const times = (nowMs: number, receivedAt = nowMs) => ({ receivedAt, now: () => receivedAt + 1, nowMs, ttl: 64 });

function reflector() {
  const made = new Reflector();
  made.setPeers([peer]);
  return made;
}

describe('the reflector', () => {
  it('counts what it answers in each session, from 0', () => {
    const one = reflector();
    const numbers = [1, 1, 2, 1].map((session, index) => {
      const reply = one.reflect(request(session), probing, times(index * 1000));
      return reply && decodeReply(reply)?.sequence;
    });
    expect(numbers).toEqual([0, 1, 0, 2]);
  });

  it('answers nobody but watchers, and never where probes are answered', () => {
    const one = reflector();
    expect(one.reflect(request(), { address: '192.0.2.8', port: 40_000 }, times(0))).toBeUndefined();
    expect(one.reflect(request(), peer, times(0))).toBeUndefined();
    expect(one.counts).toMatchObject({ answered: 0, foreign: 2 });
    one.setPeers([]);
    expect(one.reflect(request(), probing, times(0))).toBeUndefined();
  });

  it('never sends more than it got', () => {
    const one = reflector();
    for (const length of [44, 45, 48, 100, 1472, 9000]) {
      expect(one.reflect(request(1, length), probing, times(length * 1000))).toHaveLength(length);
    }
    expect(one.reflect(Buffer.alloc(43), probing, times(0))).toBeUndefined();
    expect(one.counts.malformed).toBe(1);
  });

  it('answers a session no more often than an honest one asks', () => {
    const one = reflector();
    const answered = Array.from({ length: 1000 }, () => one.reflect(request(), probing, times(0))).filter(Boolean);
    expect(answered).toHaveLength(100);
    expect(one.reflect(request(), probing, times(1000))).toBeDefined();
  });

  it('answers all that came in their time, though it was asleep and reads them at once', () => {
    const one = reflector();
    const answered = Array.from({ length: 600 }, (_, at) => one.reflect(request(), probing, times(60_000, at * 100)));
    expect(answered.filter(Boolean)).toHaveLength(600);
    expect(one.counts.limited).toBe(0);
  });

  it('counts anew behind packets that were lost before it read them', () => {
    const one = reflector();
    const sequence = (receivedAt: number) => {
      const reply = one.reflect(request(), probing, times(9000, receivedAt));
      return reply && decodeReply(reply)?.sequence;
    };
    expect(sequence(1000)).toBe(0);
    one.lostUntil(9000);
    expect([2000, 3000, 9100, 9200].map(sequence)).toEqual([1, 2, 0, 1]);
  });

  it('keeps counting for an active session while others are invented', () => {
    const one = reflector();
    let sequence = -1;
    for (let second = 0; second < 200; second++) {
      for (let invented = 0; invented < 50; invented++) {
        one.reflect(request(2 + second * 50 + invented), probing, times(second * 1000 + invented));
      }
      const reply = one.reflect(request(1), probing, times(second * 1000 + 900));
      const found = reply && decodeReply(reply)?.sequence;
      if (found !== undefined) expect(found).toBe(sequence + 1);
      sequence = found ?? sequence;
    }
    expect(sequence).toBe(199);
    expect(one.counts.limited).toBeGreaterThan(1000);
  });

  it('begins a session anew after a quarter of an hour of silence', () => {
    const one = reflector();
    one.reflect(request(), probing, times(0));
    const reply = one.reflect(request(), probing, times(900_001));
    expect(reply && decodeReply(reply)?.sequence).toBe(0);
  });
});
