import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeBatch } from '../codec/batch.ts';
import type { CommittedBatch, Ready } from '../protocol.ts';
import { SoloCore, soloLimits } from './solo-core.ts';

const start = { sequence: 0, time: 0, lsn: 0 };
const request = (id: string, bytes = 10) => ({ id, bytes: new Uint8Array(bytes) });

function take(core: SoloCore): Ready {
  const ready = core.ready();
  if (!ready) throw new Error('there is work');
  core.advance(ready);
  return ready;
}

describe('solo core', () => {
  it('has nothing to do at first', () => {
    expect(new SoloCore(start).ready()).toBeUndefined();
  });

  it('applies a batch only after its record is durable', () => {
    const core = new SoloCore(start);
    core.step({ type: 'tick', now: 1000.7 });
    core.step({ type: 'propose', request: request('a') });
    const first = take(core);
    expect(first).toMatchObject({ mustSync: true, apply: [] });
    expect(first.persist).toHaveLength(1);
    core.step({ type: 'persisted', lsn: 0 });
    expect(core.ready()).toBeUndefined();
    core.step({ type: 'persisted', lsn: 1 });
    const second = take(core);
    expect(second.persist).toEqual([]);
    expect(second.apply).toMatchObject([{ sequence: 1, time: 1000, requests: [{ id: 'a' }], lsn: 0 }]);
    expect(core.ready()).toBeUndefined();
  });

  it('gathers what comes while a record is being made durable', () => {
    const core = new SoloCore(start);
    core.step({ type: 'propose', request: request('a') });
    take(core);
    for (const id of ['b', 'c', 'd']) core.step({ type: 'propose', request: request(id) });
    expect(core.ready()).toBeUndefined();
    core.step({ type: 'persisted', lsn: 1 });
    const ready = take(core);
    expect(ready.apply.map((batch) => batch.sequence)).toEqual([1]);
    expect(decodeBatch(ready.persist[0] ?? new Uint8Array())?.requests.map(({ id }) => id)).toEqual(['b', 'c', 'd']);
  });

  it('keeps its bounds, and rejects beyond them', () => {
    const core = new SoloCore(start, { ...soloLimits, maxPending: 3, maxRequestBytes: 100, maxBatchBytes: 20 });
    core.step({ type: 'propose', request: request('large', 101) });
    for (const id of ['a', 'b', 'c', 'd']) core.step({ type: 'propose', request: request(id) });
    const ready = take(core);
    expect(ready.events).toEqual([
      { type: 'rejected', id: 'large', reason: 'too-large' },
      { type: 'rejected', id: 'd', reason: 'overloaded' },
    ]);
    expect(decodeBatch(ready.persist[0] ?? new Uint8Array())?.requests).toHaveLength(2);
    expect(core.inspect().pending).toBe(3);
  });

  it('goes on where it was, and never back in time', () => {
    const core = new SoloCore({ sequence: 7, time: 5000, lsn: 40 });
    core.step({ type: 'tick', now: 4000 });
    core.step({ type: 'propose', request: request('a') });
    take(core);
    core.step({ type: 'persisted', lsn: 41 });
    expect(take(core).apply).toMatchObject([{ sequence: 8, time: 5000, lsn: 40 }]);
  });

  it('hands out every accepted request once, in order, whatever the interleaving', () => {
    const action = fc.oneof(
      fc.nat(500).map((bytes) => ({ type: 'propose' as const, bytes })),
      fc.nat(10_000).map((now) => ({ type: 'tick' as const, now })),
      fc.constant({ type: 'persist' as const }),
    );
    const run = (actions: (typeof action extends fc.Arbitrary<infer Action> ? Action : never)[]) => {
      const core = new SoloCore(start, { ...soloLimits, maxBatchBytes: 800, maxBatchRequests: 3 });
      const applied: CommittedBatch[] = [];
      let journal = 0;
      let proposed = 0;
      const drain = () => {
        for (let ready = core.ready(); ready; ready = core.ready()) {
          journal += ready.persist.length;
          applied.push(...ready.apply);
          core.advance(ready);
        }
      };
      for (const step of actions) {
        if (step.type === 'tick') core.step(step);
        else if (step.type === 'persist') core.step({ type: 'persisted', lsn: journal });
        else core.step({ type: 'propose', request: request(String(proposed++), step.bytes) });
        drain();
      }
      for (let more = 0; more <= proposed; more++) {
        core.step({ type: 'persisted', lsn: journal });
        drain();
      }
      const ids = applied.flatMap((batch) => batch.requests.map(({ id }) => Number(id)));
      expect(ids).toEqual(Array.from({ length: proposed }, (_, at) => at));
      expect(applied.map(({ sequence }) => sequence)).toEqual(applied.map((_, at) => at + 1));
      expect(applied.map(({ time }) => time)).toEqual(applied.map(({ time }) => time).toSorted((a, b) => a - b));
      return applied;
    };
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60 }), (actions) => {
        expect(run(actions)).toEqual(run(actions));
      }),
    );
  });
});
