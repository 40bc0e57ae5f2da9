import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Message } from '../pbft/messages.ts';
import { signatureBytes, wireLimits } from './pbft-body.ts';
import { decodeMessage, encodeMessage } from './pbft-message.ts';
import { proposalDigest, statementBytes } from './pbft-statement.ts';

const bytes = (length: number) =>
  fc.uint8Array({ minLength: length, maxLength: length }).map((one) => Buffer.from(one));
const hash = bytes(32).map((one) => one.toString('latin1'));
const number = fc.maxSafeNat();
const signer = fc.nat(0xffff_ffff);
const signed = { signer, signature: bytes(signatureBytes) };
const ballot = { view: number, sequence: number, digest: hash };
const header = fc.record({ ...ballot, ...signed });
const rising = <Item>(item: fc.Arbitrary<Item>, key: (item: Item) => number) =>
  fc.uniqueArray(item, { maxLength: 4, selector: key }).map((list) => list.sort((a, b) => key(a) - key(b)));
const endorsements = rising(fc.record(signed), ({ signer }) => signer);
const proposal = fc.record({
  time: number,
  bundles: fc.array(fc.record({ client: signer, number, digest: hash }), { maxLength: 4 }),
});
const request = fc.record({ id: fc.string({ maxLength: 60 }), bytes: fc.nat(200).chain(bytes) });
const bundle = fc.record({
  type: fc.constant('bundle' as const),
  number,
  requests: fc.array(request, { maxLength: 4 }),
  ...signed,
});
const viewChange = fc.record({
  type: fc.constant('view-change' as const),
  view: number,
  stable: fc.record({ sequence: number, digest: hash, votes: endorsements }),
  prepared: rising(fc.record({ header, prepares: endorsements }), (one) => one.header.sequence),
  ...signed,
});
const slots = fc
  .array(fc.constantFrom(0 as const, 1 as const, 2 as const, 3 as const), { maxLength: 9 })
  .map((list) => (list.length > 0 ? [...list, 3 as const] : list));
const content = fc.constantFrom('proposal' as const, 'bundle' as const);

const message: fc.Arbitrary<Message> = fc.oneof(
  bundle,
  viewChange,
  fc.record({ type: fc.constant('pre-prepare' as const), header, proposal }),
  fc.record({ type: fc.constant('prepare' as const), ...ballot, ...signed }),
  fc.record({ type: fc.constant('commit' as const), ...ballot, root: hash, ...signed }),
  fc.record({ type: fc.constant('checkpoint' as const), sequence: number, digest: hash, ...signed }),
  fc.record({
    type: fc.constant('new-view' as const),
    view: number,
    viewChanges: rising(viewChange, (one) => one.signer),
    headers: rising(header, (one) => one.sequence),
    ...signed,
  }),
  fc.record({
    type: fc.constant('status' as const),
    number,
    view: number,
    active: fc.boolean(),
    suspects: fc.boolean(),
    voting: fc.boolean(),
    asks: fc.boolean(),
    remembered: fc.record({ life: number, recorded: number }),
    stable: number,
    executed: number,
    slots,
    viewChanges: rising(signer, (one) => one),
    ...signed,
  }),
  fc.record({ type: fc.constant('fetch' as const), content, digest: hash, ...signed }),
  fc.record({ type: fc.constant('data' as const), content: fc.constant('proposal' as const), proposal }),
  fc.record({ type: fc.constant('data' as const), content: fc.constant('bundle' as const), bundle }),
);

describe('message codec', () => {
  it('reads what it wrote', () => {
    fc.assert(
      fc.property(message, (value) => {
        expect(decodeMessage(encodeMessage(value))).toEqual(value);
      }),
    );
  });

  it('refuses every shorter and longer writing with a reason', () => {
    fc.assert(
      fc.property(message, fc.nat(), (value, at) => {
        const whole = encodeMessage(value);
        expect(decodeMessage(whole.subarray(0, at % whole.length))).toBeTypeOf('string');
        expect(decodeMessage(Buffer.concat([whole, Buffer.from([0])]))).toBe('too-long');
      }),
    );
  });

  it('writes again exactly the bytes that it accepted, however they were made', () => {
    const damaged = fc.tuple(message, fc.array(fc.tuple(fc.nat(), fc.nat(255)), { maxLength: 4 }));
    fc.assert(
      fc.property(damaged, ([value, changes]) => {
        const made = encodeMessage(value);
        for (const [at, byte] of changes) made[at % made.length] = byte;
        const read = decodeMessage(made);
        if (typeof read !== 'string') expect(encodeMessage(read).equals(made)).toBe(true);
      }),
      { numRuns: 1000 },
    );
    fc.assert(fc.property(fc.uint8Array({ maxLength: 300 }), (made) => void decodeMessage(made)));
  });

  it('believes no count that the bytes cannot hold, and no number beyond 2^53 - 1', () => {
    const prepared = Buffer.concat([Buffer.from([1, 3]), Buffer.alloc(4 + signatureBytes), Buffer.alloc(48, 0xff)]);
    expect(decodeMessage(prepared)).toBe('number-too-large');
    const signedBundle = Buffer.concat([Buffer.from([1, 1]), Buffer.alloc(4 + signatureBytes), Buffer.alloc(8)]);
    expect(decodeMessage(Buffer.concat([signedBundle, Buffer.from([0xff, 0xff])]))).toBe('over-limit');
    expect(decodeMessage(Buffer.concat([signedBundle, Buffer.from([2, 0])]))).toBe('too-short');
    expect(decodeMessage(Buffer.concat([signedBundle, Buffer.from([0, 1, 1, 0x80, 0, 0, 0, 0])]))).toBe(
      'not-canonical',
    );
    expect(decodeMessage(Buffer.from([1, 99]))).toBe('unknown-kind');
    expect(decodeMessage(Buffer.from([9, 1]))).toBe('unknown-kind');
    expect(decodeMessage(new Uint8Array(wireLimits.messageBytes + 1))).toBe('over-limit');
  });
});

describe('statements', () => {
  const prepare = { type: 'prepare' as const, view: 1, sequence: 2, digest: 'd'.repeat(32) };
  const domain = { network: 'n'.repeat(32), epoch: 3 };
  const base = statementBytes(domain, 1, prepare);

  it.each([
    ['network', statementBytes({ ...domain, network: 'm'.repeat(32) }, 1, prepare)],
    ['epoch', statementBytes({ ...domain, epoch: 4 }, 1, prepare)],
    ['signer', statementBytes(domain, 2, prepare)],
    ['view', statementBytes(domain, 1, { ...prepare, view: 2 })],
    ['kind', statementBytes(domain, 1, { type: 'pre-prepare', header: prepare })],
    ['kind and root', statementBytes(domain, 1, { ...prepare, type: 'commit', root: 'r'.repeat(32) })],
  ])('differ in the %s', (_name, other) => {
    expect(other.equals(base)).toBe(false);
  });

  it('name a proposal by time, bundles and their order', () => {
    const one = { client: 1, number: 1, digest: 'a'.repeat(32) };
    const two = { client: 2, number: 1, digest: 'b'.repeat(32) };
    const digests = [
      { time: 0, bundles: [one, two] },
      { time: 0, bundles: [two, one] },
      { time: 1, bundles: [one, two] },
      { time: 0, bundles: [one] },
    ].map(proposalDigest);
    expect(new Set(digests).size).toBe(4);
  });
});
