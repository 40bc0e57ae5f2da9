import { spawn, spawnSync } from 'node:child_process';
import type { Clock, Timer } from '../../clock.ts';
import { messageOf } from '../../../model/index.ts';
import { AddressBook } from './address.ts';
import { deliver, emptyStatistics, type EchoRequest, type EchoResult, type Pinger } from './pinger.ts';
import { icmpBytesFor, icmpHeaderBytes } from './packet.ts';

/** Echoes with equal options that come within this time share a process. */
const gatherMs = 10;
/** Processes at once; further groups wait their turn. */
const maximumChildren = 8;
/** Targets of one process. */
const maximumTargets = 500;
/** Echoes that wait for a result. */
const maximumWaiting = 10_000;
/** Output of one process that is read; a line is far shorter than this share of it. */
const maximumOutput = 256 * maximumTargets;
/** What starting a process may take beyond the timeout of its echoes. */
const graceMs = 3000;

interface Waiting {
  request: EchoRequest;
  callback: (result: EchoResult) => void;
}

/** Whether the program is there. */
export function hasFping(): boolean {
  return spawnSync('fping', ['--version'], { stdio: 'ignore' }).status === 0;
}

/**
 * Echoes through the program fping, for machines that allow this process no ICMP of its own. Its times contain the
 * scheduling of another process, it tells neither TTL nor the kind of refusal, and late replies are not seen.
 */
export class FpingPinger implements Pinger {
  readonly method = 'fping';
  readonly #clock: Clock;
  readonly #addresses = new AddressBook();
  readonly #groups = new Map<string, Waiting[]>();
  readonly #children = new Set<{ kill: () => void; group: Waiting[] }>();
  readonly #totals = emptyStatistics();
  #timer: Timer | undefined;
  #closed = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  echo(request: EchoRequest, callback: (result: EchoResult) => void): void {
    this.#totals.waiting++;
    const waiting = { request, callback };
    const args = this.#closed ? 'ECANCELED' : this.#arguments(request);
    if (typeof args === 'string') {
      setImmediate(() => this.#end(waiting, { kind: 'error', code: args, text: refusals[args] ?? args }));
      return;
    }
    const key = args.join('\0');
    const group = this.#groups.get(key);
    if (group) group.push(waiting);
    else this.#groups.set(key, [waiting]);
    this.#timer ??= this.#clock.after(gatherMs, () => this.#start());
  }

  statistics() {
    return { ...this.#totals };
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#timer?.cancel();
    const left = [...this.#groups.values(), ...Array.from(this.#children, ({ group }) => group.splice(0))].flat();
    this.#groups.clear();
    for (const child of this.#children) child.kill();
    for (const waiting of left) this.#end(waiting, { kind: 'error', code: 'ECANCELED', text: 'the pinger is closed' });
  }

  /** The command line that fits the request, or the name of an error. */
  #arguments(request: EchoRequest): string[] | string {
    if (this.#totals.waiting > maximumWaiting) return 'OVERLOADED';
    const address = this.#addresses.find(request.address);
    if (!address) return 'EINVAL';
    if (request.mark !== undefined) return 'ENOTSUP';
    const length = icmpBytesFor(address.family, request.sizeBytes);
    if (length === undefined) return 'EMSGSIZE';
    const timeoutMs = Math.max(1, Math.ceil(request.timeoutMs));
    const args = [`-${address.family}`, '-C', '1', '-q', '-i', '1', '-t', `${timeoutMs}`, '-p', `${timeoutMs}`];
    args.push('-b', `${length - icmpHeaderBytes}`);
    if (request.ttl !== undefined) args.push('-H', `${request.ttl}`);
    if (request.dontFragment) args.push('-M');
    if (request.device !== undefined) args.push('-I', request.device);
    if (request.sourceAddress !== undefined) args.push('-S', request.sourceAddress);
    return args;
  }

  #start(): void {
    this.#timer = undefined;
    for (const [key, group] of this.#groups) {
      if (this.#children.size >= maximumChildren) return;
      const part = takeDistinct(group);
      if (group.length === 0) this.#groups.delete(key);
      this.#run(key.split('\0'), part);
    }
    if (this.#groups.size > 0) this.#timer ??= this.#clock.after(gatherMs, () => this.#start());
  }

  #run(args: string[], group: Waiting[]): void {
    const child = spawn('fping', [...args, '--', ...group.map(({ request }) => request.address)], {
      stdio: ['ignore', 'ignore', 'pipe'],
      env: { ...process.env, LC_ALL: 'C' },
    });
    const entry = { kill: () => void child.kill('SIGKILL'), group };
    this.#children.add(entry);
    this.#totals.sent += group.length;
    let output = '';
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      output = (output + text).slice(0, maximumOutput);
    });
    const longestMs = Math.max(...group.map(({ request }) => request.timeoutMs)) + group.length + graceMs;
    const limit = this.#clock.after(longestMs, entry.kill);
    const ended = (failure: string | undefined) => {
      limit.cancel();
      if (!this.#children.delete(entry)) return;
      this.#settle(group.splice(0), output, failure);
      if (!this.#closed && this.#groups.size > 0) this.#start();
    };
    child.on('error', (error) => ended(messageOf(error)));
    child.on('close', (code, signal) => {
      // 0: all answered, 1: some did not, 2: some names were not found; 3 and 4: wrong arguments or no permission.
      if (signal !== null) ended(`fping was stopped by ${signal}`);
      else ended(code !== null && code <= 2 ? undefined : lastLine(output));
    });
  }

  #settle(group: readonly Waiting[], output: string, failure: string | undefined): void {
    const times = readTimes(output);
    for (const waiting of group) {
      const { address, timeoutMs } = waiting.request;
      const rttMs = times.get(address);
      if (rttMs === undefined) {
        this.#end(waiting, { kind: 'error', code: 'EIO', text: failure ?? lastLine(output) ?? 'no result' });
      } else if (rttMs === 'lost' || rttMs > timeoutMs) this.#end(waiting, { kind: 'timeout' });
      else this.#end(waiting, { kind: 'reply', rttMs, from: address });
    }
  }

  #end(waiting: Waiting, result: EchoResult): void {
    this.#totals.waiting--;
    if (result.kind === 'reply') this.#totals.replies++;
    else if (result.kind === 'timeout') this.#totals.timeouts++;
    else this.#totals.errors++;
    deliver(waiting.callback, result);
  }
}

const refusals: Readonly<Record<string, string>> = {
  OVERLOADED: `${maximumWaiting} echoes are under way`,
  EINVAL: 'not a literal IPv4 or IPv6 address',
  ENOTSUP: 'fping cannot set a firewall mark',
  EMSGSIZE: 'an IP packet holds at most 65535 bytes',
  ECANCELED: 'the pinger is closed',
};

/** What fping said last, if that was no result. */
function lastLine(output: string): string | undefined {
  const line = output.trim().split('\n').at(-1);
  return line === undefined || line === '' || readTimes(line).size > 0 ? undefined : line;
}

/** Takes echoes to different addresses out of the group, because fping reports by address. */
function takeDistinct(group: Waiting[]): Waiting[] {
  const taken = new Map<string, Waiting>();
  const left: Waiting[] = [];
  for (const waiting of group.splice(0)) {
    const { address } = waiting.request;
    if (taken.size >= maximumTargets || taken.has(address)) left.push(waiting);
    else taken.set(address, waiting);
  }
  group.push(...left);
  return [...taken.values()];
}

/** Lines such as `192.0.2.1 : 0.05` and `192.0.2.2 : -` of `fping -C 1 -q`; other lines are messages. */
export function readTimes(output: string): Map<string, number | 'lost'> {
  const times = new Map<string, number | 'lost'>();
  for (const line of output.split('\n')) {
    const match = /^(\S+)\s+: (-|\d+(?:\.\d+)?)\s*$/.exec(line);
    if (match?.[1] !== undefined) times.set(match[1], match[2] === '-' ? 'lost' : Number(match[2]));
  }
  return times;
}
