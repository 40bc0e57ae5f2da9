import { lookup as systemLookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import type { Milliseconds } from '../../../model/index.ts';
import type { Clock } from '../../clock.ts';
import { failure, failureOf, type NetFailure } from '../failure.ts';

export interface ResolvedAddress {
  address: string;
  family: 4 | 6;
}

export interface Resolution {
  kind: 'resolved';
  /** In the order that this system prefers; never empty. */
  addresses: readonly ResolvedAddress[];
}

/** Turns names into addresses the way every other program of this machine does: hosts file, then name servers. */
export interface Resolver {
  /** Undefined if the answer is not known at once. Literal addresses are their own answer. */
  known(name: string): Resolution | NetFailure | undefined;
  resolve(name: string, timeoutMs: Milliseconds, signal?: AbortSignal): Promise<Resolution | NetFailure>;
}

export interface ResolverOptions {
  clock: Clock;
  /** How the system is asked; tests hand in their own. */
  lookup?: (name: string) => Promise<readonly { address: string; family: number }[]>;
}

const positiveMs = 30_000;
const negativeMs = 5000;
/** Most names remembered, and most that wait to be asked for. */
const maximumNames = 20_000;
/**
 * Lookups block a thread each until the system gives up, so few may run at once: a dead name server must not take the
 * threads that write the ledger.
 */
const maximumLookups = 2;

interface Known {
  result: Resolution | NetFailure;
  untilMs: Milliseconds;
}

export function createResolver(options: ResolverOptions): Resolver {
  const { clock } = options;
  const lookup = options.lookup ?? ((name: string) => systemLookup(name, { all: true, order: 'verbatim' }));
  const cache = new Map<string, Known>();
  const asking = new Map<string, Promise<Resolution | NetFailure>>();
  const queue: (() => void)[] = [];
  let running = 0;

  const ask = async (name: string): Promise<Resolution | NetFailure> => {
    if (running >= maximumLookups) await new Promise<void>((resolve) => queue.push(resolve));
    else running++;
    let result: Resolution | NetFailure;
    try {
      const found = await lookup(name);
      const addresses = found.map(({ address, family }) => ({ address, family: family === 6 ? 6 : 4 }) as const);
      result = addresses.length > 0 ? { kind: 'resolved', addresses } : failure('ENOTFOUND', `${name} has no address`);
    } catch (error) {
      const { code } = failureOf(error);
      const text =
        code === 'ENOTFOUND' ? `${name} does not exist or has no address` : `${name} does not resolve (${code})`;
      result = failure(code, text);
    }
    // The slot goes to the one that waits for longest, if any does.
    const next = queue.shift();
    if (next) next();
    else running--;
    asking.delete(name);
    const oldest = cache.size >= maximumNames ? cache.keys().next().value : undefined;
    if (oldest !== undefined) cache.delete(oldest);
    cache.delete(name);
    const keepMs = result.kind === 'resolved' ? positiveMs : negativeMs;
    cache.set(name, { result, untilMs: clock.monotonic() + keepMs });
    return result;
  };

  const known = (name: string): Resolution | NetFailure | undefined => {
    const family = isIP(name);
    if (family !== 0) return { kind: 'resolved', addresses: [{ address: name, family: family === 6 ? 6 : 4 }] };
    const entry = cache.get(name);
    return entry && entry.untilMs > clock.monotonic() ? entry.result : undefined;
  };

  return {
    known,
    resolve: (name, timeoutMs, signal) => {
      const already = known(name);
      if (already) return Promise.resolve(already);
      let answer = asking.get(name);
      if (!answer) {
        if (asking.size >= maximumNames) {
          return Promise.resolve(failure('OVERLOADED', `${maximumNames} names wait to be resolved`));
        }
        answer = ask(name);
        asking.set(name, answer);
      }
      return waitFor(answer, name, clock, timeoutMs, signal);
    },
  };
}

function waitFor(
  answer: Promise<Resolution | NetFailure>,
  name: string,
  clock: Clock,
  timeoutMs: Milliseconds,
  signal: AbortSignal | undefined,
): Promise<Resolution | NetFailure> {
  return new Promise((resolve) => {
    const end = (result: Resolution | NetFailure) => {
      timer.cancel();
      signal?.removeEventListener('abort', abort);
      resolve(result);
    };
    const timer = clock.after(timeoutMs, () =>
      end(failure('TIMEOUT', `the resolver of this machine gave no answer for ${name} within ${timeoutMs} ms`)),
    );
    const abort = () => end(failure('ABORTED', 'given up'));
    signal?.addEventListener('abort', abort, { once: true });
    if (signal?.aborted) abort();
    void answer.then(end);
  });
}
