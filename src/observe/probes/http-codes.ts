import { z } from 'zod';

/** Ranges of HTTP status codes, both ends included. */
export type CodeRanges = readonly (readonly [from: number, to: number])[];

/** Reads RouterOS' range list, `100-299,302`; undefined for anything else. */
export function parseCodes(text: string): CodeRanges | undefined {
  const ranges: [number, number][] = [];
  for (const part of text.split(',')) {
    const match = /^\s*([1-5]\d\d)(?:\s*-\s*([1-5]\d\d))?\s*$/.exec(part);
    if (!match) return undefined;
    const from = Number(match[1]);
    const to = Number(match[2] ?? match[1]);
    if (from > to) return undefined;
    ranges.push([from, to]);
  }
  return ranges;
}

export function formatCodes(ranges: CodeRanges): string {
  return ranges.map(([from, to]) => (from === to ? `${from}` : `${from}-${to}`)).join(',');
}

export function includesCode(ranges: CodeRanges, status: number): boolean {
  return ranges.some(([from, to]) => status >= from && status <= to);
}

const defaultCodes = '100-299';

/** `100-299,302`, or a single code as a number. Empty is the default, as RouterOS exports it. */
export function httpCodes() {
  return z
    .union([z.string(), z.int()])
    .meta({ description: 'Status codes that are good, such as 100-299,302.', examples: ['100-299', '200,302'] })
    .prefault(defaultCodes)
    .transform((given, context): CodeRanges => {
      const ranges = parseCodes(String(given) || defaultCodes);
      if (ranges) return ranges;
      const message = 'expected codes from 100 to 599 such as 100-299,302';
      context.addIssue({ code: 'custom', message, input: given });
      return z.NEVER;
    });
}
