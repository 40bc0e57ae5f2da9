import * as fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  canonicalJson,
  certificateReasonTable,
  certificateText,
  readCertificate,
  type CertificateReason,
  type OutageCertificate,
} from '../../model/index.ts';
import { expectRefused, must, stageEverything, verifyBytes } from './tampering.fixture.ts';

const { cluster, text } = stageEverything();
const expectRefusal = (bytes: Uint8Array, reason: CertificateReason) => expectRefused(bytes, reason, cluster.genesis);

describe('a certificate that was changed', () => {
  it('is good before', () => {
    expect(verifyBytes(Buffer.from(text), cluster.genesis)).toMatchObject({ ok: true });
  });

  it('is refused with any byte flipped, one by one', () => {
    const bytes = Buffer.from(text);
    const reasons = new Set<string>();
    for (let at = 0; at < bytes.length; at++) {
      // Every bit in turn over eight bytes, so that all bits are tried and each byte once.
      const flipped = Buffer.from(bytes);
      flipped[at] = (flipped[at] ?? 0) ^ (1 << (at % 8));
      const { ok, reason } = verifyBytes(flipped, cluster.genesis);
      if (ok) throw new Error(`byte ${at} may be changed`);
      reasons.add(reason);
    }
    expect([...reasons].filter((reason) => !(reason in certificateReasonTable))).toEqual([]);
    expect(reasons.size).toBeGreaterThan(8);
  });

  it('is refused when cut or lengthened anywhere', () => {
    const bytes = Buffer.from(text);
    for (let length = 0; length < bytes.length; length += 97) {
      expect(verifyBytes(bytes.subarray(0, length), cluster.genesis).reason).toBe('not-json');
    }
    expectRefusal(Buffer.from(`${text}\n`), 'not-canonical');
    expectRefusal(Buffer.from(`${text}{}`), 'not-json');
  });

  it('is refused in any other writing of the same content', () => {
    const value = JSON.parse(text) as Record<string, unknown>;
    expectRefusal(Buffer.from(JSON.stringify(value, undefined, 1)), 'not-canonical');
    expectRefusal(Buffer.from(text.trimEnd()), 'not-canonical');
    expectRefusal(Buffer.from(`\ufeff${text}`), 'not-json');
    expectRefusal(Buffer.from(text.replace('"format":1', '"format":1.0')), 'not-canonical');
    expectRefusal(Buffer.from(text.replace('"format":1', '"format":1,"format":1')), 'not-canonical');
    expectRefusal(Buffer.from(`${canonicalJson({ ...value, more: 1 })}\n`), 'wrong-shape');
    expectRefusal(Buffer.from(`${canonicalJson({ ...value, format: 2 })}\n`), 'wrong-shape');
  });

  it('is refused when it is larger than any', () => {
    expectRefusal(Buffer.alloc(8_388_609, 0x20), 'too-large');
    expectRefusal(Buffer.from('['.repeat(8_000_000)), 'not-json');
    expectRefusal(Buffer.from('['.repeat(100_000) + ']'.repeat(100_000)), 'wrong-shape');
  });
});

/** A short run always; QW_FUZZ_RUNS=1000000 for a long one. */
const runs = Number(process.env['QW_FUZZ_RUNS'] ?? 500);

describe('arbitrary files', () => {
  const refusedWithReason = (bytes: Uint8Array) => {
    const result = verifyBytes(bytes, cluster.genesis);
    if (!result.ok) expect(result.reason in certificateReasonTable).toBe(true);
    return result;
  };

  it('are refused with a reason', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          fc.json().map((json) => Buffer.from(json)),
        ),
        (bytes) => {
          expect(refusedWithReason(bytes).ok).toBe(false);
          expect(readCertificate(bytes)).toHaveProperty('reason');
        },
      ),
      { numRuns: runs },
    );
  });

  it('that have the shape and any values in it are refused with a reason, or show the same', () => {
    const shown = { ...verifyBytes(Buffer.from(text), cluster.genesis).outage, signers: [] };
    const places: { holder: Record<string, unknown>; key: string }[] = [];
    const walk = (value: unknown) => {
      if (typeof value !== 'object' || value === null) return;
      for (const key of Object.keys(value)) {
        places.push({ holder: value as Record<string, unknown>, key });
        walk((value as Record<string, unknown>)[key]);
      }
    };
    const certificate = JSON.parse(text) as OutageCertificate;
    walk(certificate);
    const values = fc.oneof(
      fc.jsonValue({ maxDepth: 2 }),
      fc.constantFrom(-1, 0, 1e308, 2 ** 53, '', '\ud800', 'ab'.repeat(32), null, [], {}),
      fc.constantFrom(...places.map(({ holder, key }) => structuredClone(holder[key]))),
    );
    fc.assert(
      fc.property(fc.nat(places.length - 1), values, (at, value) => {
        const { holder, key } = must(places[at]);
        const before = holder[key];
        holder[key] = value;
        const written = certificateText(certificate);
        holder[key] = before;
        const result = refusedWithReason(Buffer.from(written));
        // More than enough may be left out: a fifth signature, an observer that had no say. What is shown stays.
        if (result.ok) expect({ ...result.outage, signers: [] }).toEqual(shown);
      }),
      { numRuns: runs },
    );
  });
});
