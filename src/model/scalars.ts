import { z } from 'zod';
import { formatDuration, parseDuration, type Milliseconds } from './time.ts';

/** Scalars of the configuration: each reads the text that people write and yields the value that code uses. */

/** `50ms`, `5s`, `1m30s`, `1d`; the value is milliseconds. */
export function duration(range: { min?: string; max?: string } = {}) {
  const minMs = parseDuration(range.min ?? '0s') ?? 0;
  const maxMs = parseDuration(range.max ?? '52w') ?? Infinity;
  return z
    .string()
    .meta({
      description: `A duration such as 50ms, 5s, 1m30s or 1d.`,
      examples: ['50ms', '5s', '1m30s'],
      format: 'duration',
    })
    .transform((text, context): Milliseconds => {
      const ms = parseDuration(text);
      if (ms === undefined) {
        context.addIssue({ code: 'custom', message: 'expected a duration such as 50ms, 5s, 1m30s or 1d', input: text });
        return z.NEVER;
      }
      if (ms < minMs || ms > maxMs) {
        const message = `expected a duration from ${formatDuration(minMs)} to ${formatDuration(maxMs)}`;
        context.addIssue({ code: 'custom', message, input: text });
        return z.NEVER;
      }
      return ms;
    });
}

const sizeUnits: Readonly<Record<string, number>> = {
  B: 1,
  kB: 1000,
  MB: 1_000_000,
  GB: 1_000_000_000,
  KiB: 1024,
  MiB: 1_048_576,
  GiB: 1_073_741_824,
};

/** `10MiB`, `500kB`; the value is bytes. */
export function size() {
  return z
    .string()
    .meta({ description: 'A size such as 10MiB or 500kB.', examples: ['10MiB', '500kB'] })
    .transform((text, context): number => {
      const match = /^(\d+)(B|kB|MB|GB|KiB|MiB|GiB)$/.exec(text);
      if (!match) {
        context.addIssue({ code: 'custom', message: 'expected a size such as 10MiB or 500kB', input: text });
        return z.NEVER;
      }
      return Number(match[1]) * (sizeUnits[match[2] ?? 'B'] ?? 1);
    });
}

/** A share in percent, as a number or as RouterOS writes it (`85%`, `85.0%`). */
export function percent() {
  return z
    .union([z.number(), z.string()])
    .meta({ description: 'A share in percent: 85, 85% or 85.0%.', examples: [85, '85%'] })
    .transform((value, context): number => {
      const number = typeof value === 'number' ? value : Number(/^(\d+(?:\.\d+)?)%?$/.exec(value)?.[1] ?? Number.NaN);
      if (!(number >= 0 && number <= 100)) {
        context.addIssue({
          code: 'custom',
          message: 'expected a percentage from 0 to 100, such as 85 or 85%',
          input: value,
        });
        return z.NEVER;
      }
      return number;
    });
}

/** `2/3`: m of the last r. */
export interface MOfR {
  m: number;
  r: number;
}

/** `2/3`, m of the last r rounds, with 1 <= m <= r <= 64. */
export function mOfR() {
  return z
    .string()
    .meta({
      description: 'm of the last r rounds, such as 2/3.',
      examples: ['1/1', '2/3', '3/5'],
      pattern: String.raw`^\d+/\d+$`,
    })
    .transform((text, context): MOfR => {
      const match = /^(\d{1,2})\/(\d{1,2})$/.exec(text);
      const m = Number(match?.[1] ?? 0);
      const r = Number(match?.[2] ?? 0);
      if (m < 1 || r < m || r > 64) {
        context.addIssue({ code: 'custom', message: 'expected m/r with 1 <= m <= r <= 64, such as 2/3', input: text });
        return z.NEVER;
      }
      return { m, r };
    });
}

/** An IPv4 or IPv6 address; IPv6 may carry `%interface`. */
export function address() {
  return z
    .string()
    .refine(
      (text) => isAddress(text),
      'expected an IPv4 or IPv6 address such as 192.0.2.1, 2001:db8::1 or fe80::1%eth0',
    )
    .meta({
      description: 'An IPv4 or IPv6 address; link-local ones with %interface.',
      examples: ['192.0.2.1', 'fe80::1%eth0'],
    });
}

const ipv4 = z.ipv4();
const ipv6 = z.ipv6();

export function isAddress(text: string): boolean {
  const [bare = '', zone, ...more] = text.split('%');
  if (more.length > 0 || zone === '') return false;
  return ipv6.safeParse(bare).success || (zone === undefined && ipv4.safeParse(bare).success);
}

const hostName =
  /^(?=.{1,253}\.?$)([a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?$/i;

/** An address or a DNS name, the root (`.`) included. A name whose last label is all digits is a mistyped address. */
export function host() {
  return z
    .string()
    .refine(
      (text) => isAddress(text) || text === '.' || (hostName.test(text) && !/(^|\.)\d+\.?$/.test(text)),
      'expected an address (192.0.2.1, 2001:db8::1, fe80::1%eth0) or a host name (www.example.org)',
    )
    .meta({ description: 'An address or a host name.', examples: ['192.0.2.1', 'fe80::1%eth0', 'www.example.org'] });
}

const maxNameCharacters = 100;

/**
 * A name that people give to a thing: printable, at most 100 characters, no leading or trailing space. Names stand in
 * paths of URLs, where `.` and `..` mean something else.
 */
export function name() {
  return z
    .string()
    .min(1, 'expected a name')
    .max(maxNameCharacters, `expected a name of at most ${maxNameCharacters} characters`)
    .refine(
      (text) => text.trim() === text && !/[\u0000-\u001f\u007f-\u009f]/.test(text) && text.isWellFormed(),
      'expected a name without control characters and outer spaces',
    )
    .refine((text) => text !== '.' && text !== '..', 'expected a name other than . and ..');
}

/** What a name could be made of any text, as `name` accepts it; empty where nothing of it is left. */
export function cleanName(text: string): string {
  const line = text
    .toWellFormed()
    .replaceAll(/[\u0000-\u001f\u007f-\u009f]+/g, ' ')
    .trim()
    .slice(0, maxNameCharacters);
  // The cut may have gone through a pair of surrogates.
  const clean = (line.isWellFormed() ? line : line.slice(0, -1)).trim();
  return clean === '.' || clean === '..' ? '' : clean;
}
