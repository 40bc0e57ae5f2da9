import type { Context } from 'hono';
import { QwError, type EpochMs, type Milliseconds } from '../../model/index.ts';
import { readSeconds } from '../../watcher/index.ts';

const refused = (name: string, why: string) => new QwError('BAD_INPUT', `invalid parameter "${name}": ${why}`);
const shown = (text: string) => JSON.stringify(text.slice(0, 100));

/** Parameters of a request, from its address or from a form, whose fields count first. */
export class Parameters {
  readonly #given: readonly URLSearchParams[];

  static async read(context: Context): Promise<Parameters> {
    const address = new URL(context.req.url).searchParams;
    const isForm = /^application\/x-www-form-urlencoded\b/i.test(context.req.header('content-type') ?? '');
    if (context.req.method !== 'POST' || !isForm) return new Parameters([address]);
    return new Parameters([new URLSearchParams(await context.req.text()), address]);
  }

  private constructor(given: readonly URLSearchParams[]) {
    this.#given = given;
  }

  /** Empty is as good as missing. */
  text(name: string): string | undefined {
    for (const one of this.#given) {
      const found = one.get(name);
      if (found !== null && found !== '') return found;
    }
    return undefined;
  }

  all(name: string): string[] {
    return this.#given.flatMap((one) => one.getAll(name));
  }

  needed(name: string): string {
    const found = this.text(name);
    if (found === undefined) throw refused(name, 'it is missing');
    return found;
  }

  /** RFC 3339, or seconds since 1970. */
  time(name: string): EpochMs | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const isNumber = /^[-+]?(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?$/.test(text);
    const isDate = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?(Z|[-+]\d\d:\d\d)$/i.test(text);
    const at = isNumber ? Math.round(Number(text) * 1000) : isDate ? Date.parse(text) : Number.NaN;
    if (Number.isNaN(new Date(at).getTime())) throw refused(name, `cannot parse ${shown(text)} to a valid timestamp`);
    return at;
  }

  duration(name: string): Milliseconds | undefined {
    const text = this.text(name);
    if (text === undefined) return undefined;
    const durationMs = readSeconds(text);
    if (durationMs === undefined) throw refused(name, `cannot parse ${shown(text)} to a valid duration`);
    return durationMs;
  }

  /** How many at most; 0 means all. */
  limit(name = 'limit'): number {
    const text = this.text(name);
    if (text === undefined || text === '0') return Infinity;
    if (!/^\d{1,15}$/.test(text)) throw refused(name, 'limit must be a non-negative number');
    return Number(text);
  }

  /** Where a question over a range begins, ends, and how far its steps are apart. */
  steps(): { from: EpochMs; to: EpochMs; stepMs: Milliseconds } {
    this.needed('start');
    this.needed('end');
    this.needed('step');
    const { from, to } = this.period();
    const stepMs = this.duration('step') ?? 0;
    if (stepMs <= 0) {
      throw refused('step', 'zero or negative query resolution step widths are not accepted. Try a positive integer');
    }
    return { from, to, stepMs };
  }

  /** Of all times, unless told otherwise. */
  period(): { from: EpochMs; to: EpochMs } {
    const from = this.time('start') ?? 0;
    const to = this.time('end') ?? 8_640_000_000_000_000;
    if (to < from) throw refused('end', 'end timestamp must not be before start time');
    return { from, to };
  }
}
