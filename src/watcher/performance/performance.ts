import { decodeDigest, encodeDigest, type VerdictMachine } from '../../agree/index.ts';
import {
  formatInstant,
  messageOf,
  QwError,
  type ApiCause,
  type ApiPathDetail,
  type ApiPerformance,
  type Configuration,
  type Digest,
  type EpochMs,
  type MemberRecord,
  type Milliseconds,
} from '../../model/index.ts';
import { PathProber, type PathPeer } from '../../observe/index.ts';
import { openDatagrams, type Clock, type Log, type Resolver, type Timer } from '../../platform/index.ts';
import type { JudgedSample } from '../../store/index.ts';
import { noConfiguration } from '../read-document.ts';
import { Board } from './board.ts';
import { judgeCause } from './cause.ts';
import { CheckMinutes } from './check-minutes.ts';
import { comparePath, type ComparedPath } from './compare.ts';
import type { DigestExchange } from './exchange.ts';
import { pathHistory, type AskMetrics } from './history.ts';
import { freshFigures, presentPath } from './present-paths.ts';
import { Teller } from './teller.ts';
import { witnessOf } from './witness.ts';

/** What is asked about the paths between watchers. */
export interface PerformanceDesk {
  status(): ApiPerformance;
  /** Now, beside others, and over the time asked for. Rejects with NOT_FOUND when one of the two is no watcher. */
  path(from: string, to: string, range: { from: EpochMs; to: EpochMs; steps: number }): Promise<ApiPathDetail>;
  /** NOT_FOUND also when there is no such check. */
  cause(from: string, to: string, check: string): ApiCause;
}

export interface PerformanceParts {
  self: string;
  clock: Clock;
  random: () => number;
  log: Log;
  resolver: Resolver;
  machine: Pick<VerdictMachine, 'view'>;
  /** What was recorded of paths before. */
  ask: AskMetrics;
  /** Undefined for a watcher that is alone. */
  exchange: DigestExchange | undefined;
  /** Hears the digests of all watchers, this one's own included. */
  onDigest?: (watcher: string, digest: Digest) => void;
  /** Something that people should know of, or undefined when it is over. */
  onProblem: (problem: string | undefined) => void;
}

const tellEveryMs: Milliseconds = 1000;
/** Within this time the first digest goes out, so that not all come at once. */
const firstDigestMs: Milliseconds = 10_000;
const resolveMs: Milliseconds = 5000;

/** Measures this watcher's paths to the others, tells them its figures, and answers for what all have told. */
export class Performance implements PerformanceDesk {
  readonly #parts: PerformanceParts;
  readonly #board = new Board();
  readonly #minutes = new CheckMinutes();
  readonly #prober: PathProber | undefined;
  #problem: string | undefined;
  #timer: Timer | undefined;

  constructor(parts: PerformanceParts) {
    this.#parts = parts;
    const { exchange, clock, random, resolver, log } = parts;
    if (!exchange) return;
    this.#prober = new PathProber({
      clock,
      random,
      listen: exchange.listen,
      open: openDatagrams,
      resolve: async (host) => {
        const found = await resolver.resolve(host, resolveMs);
        return found.kind === 'resolved' ? found.addresses.map(({ address }) => address) : [];
      },
      onProblem: (problem) => {
        this.#problem = problem;
        parts.onProblem(problem);
      },
    });
    exchange.onFrame((watcher, frame) => {
      const digest = decodeDigest(frame);
      if (digest && watcher !== parts.self) this.#take(watcher, digest);
      else log.debug('a digest could not be read', { watcher, bytes: frame.length });
    });
    const prober = this.#prober;
    const teller = new Teller(this.#minutes, () => prober.figures());
    this.#timer = clock.after(firstDigestMs * random(), () => this.#tell(exchange, teller));
  }

  /** Members or configuration have changed. */
  configure(): void {
    const { self } = this.#parts;
    const watchers = this.#watchers();
    const { performance, watch } = this.#configuration();
    const checks = new Set(watch.map(({ name }) => name));
    this.#board.keepOnly(new Set(watchers.map(({ id }) => id)), checks);
    this.#minutes.keepOnly(checks);
    const peers = watchers.filter(({ id }) => id !== self).map(peerOf);
    const { enabled, interval: intervalMs, 'path-mtu': pathMtu } = performance;
    this.#prober?.configure(peers, { enabled, intervalMs, pathMtu });
  }

  countSample(sample: JudgedSample): void {
    if (this.#prober) this.#minutes.add(sample, this.#parts.clock.monotonic());
  }

  /** What a watcher told of a check within the last minute. */
  told(check: string, watcher: string): { ageMs: Milliseconds; latencyMs?: Milliseconds } | undefined {
    const nowMs = this.#parts.clock.monotonic();
    const told = this.#board.check(watcher, check);
    if (!told || nowMs - told.atMs > told.figures.windowMs) return undefined;
    const { count, sumUs } = told.figures.latency;
    return { ageMs: nowMs - told.atMs, ...(count > 0 && { latencyMs: sumUs / count / 1000 }) };
  }

  status(): ApiPerformance {
    const { self, clock } = this.#parts;
    const nowMs = clock.monotonic();
    const watchers = this.#watchers();
    const ids = watchers.map(({ id }) => id);
    const ages = new Map(ids.map((id) => [id, id === self ? 0 : this.#board.ageMs(id, nowMs)]));
    return {
      at: formatInstant(clock.now()),
      self,
      enabled: this.#prober !== undefined && this.#configuration().performance.enabled,
      problems: this.#problem === undefined ? [] : [this.#problem],
      watchers: watchers.map(({ id, site }) => {
        const ageMs = ages.get(id);
        return { id, site: this.#siteOf(site), self: id === self, ...(ageMs !== undefined && { ageMs }) };
      }),
      paths: ids.flatMap((from) =>
        ids.filter((to) => to !== from).map((to) => presentPath(this.#board, from, to, nowMs)),
      ),
    };
  }

  async path(from: string, to: string, range: { from: EpochMs; to: EpochMs; steps: number }): Promise<ApiPathDetail> {
    this.#mustExist(from, to);
    const history = await pathHistory(this.#parts.ask, { from, to }, range);
    const nowMs = this.#parts.clock.monotonic();
    const all = this.#compared(nowMs);
    const path = all.find((one) => one.from === from && one.to === to);
    if (!path) throw new QwError('BAD_INPUT', 'a path has two ends', { hint: 'name two different watchers' });
    return {
      path: presentPath(this.#board, from, to, nowMs),
      opposite: presentPath(this.#board, to, from, nowMs),
      comparison: comparePath(path, all),
      history,
      checks: this.#board.checksOf(from).sort(),
    };
  }

  cause(from: string, to: string, check: string): ApiCause {
    this.#mustExist(from, to);
    if (!this.#configuration().watch.some(({ name }) => name === check)) {
      throw new QwError('NOT_FOUND', `there is no check ${check}`);
    }
    const nowMs = this.#parts.clock.monotonic();
    const witness = (watcher: string) => witnessOf(this.#board, { watcher, to, check }, nowMs);
    const asked = witness(from);
    const others = this.#watchers().flatMap(({ id }) => (id === from ? [] : [witness(id)]));
    return { check, from, to, ...judgeCause(asked, others), witnesses: [asked, ...others] };
  }

  stop(): void {
    this.#timer?.cancel();
    this.#prober?.close();
  }

  /** Own figures, to everyone. */
  #tell(exchange: DigestExchange, teller: Teller): void {
    const { clock, self } = this.#parts;
    this.#timer = clock.after(tellEveryMs, () => this.#tell(exchange, teller));
    const digest = teller.next({ at: clock.now(), nowMs: clock.monotonic() });
    if (!digest) return;
    const { bytes, checks: told } = encodeDigest(digest);
    teller.told(told);
    this.#take(self, { ...digest, checks: digest.checks.slice(0, told) });
    exchange.send(bytes);
  }

  #take(watcher: string, digest: Digest): void {
    const { clock, onDigest, log } = this.#parts;
    const useful = this.#board.take(watcher, digest, clock.monotonic());
    if (!useful || !onDigest) return;
    try {
      onDigest(watcher, useful);
    } catch (problem) {
      log.error('a digest could not be recorded', { watcher, problem: messageOf(problem) });
    }
  }

  #compared(nowMs: Milliseconds): ComparedPath[] {
    const watchers = this.#watchers();
    return watchers.flatMap(({ id: from, site: fromSite }) =>
      watchers
        .filter(({ id }) => id !== from)
        .map(({ id: to, site: toSite }) => {
          const fresh = freshFigures(this.#board, from, to, nowMs);
          return { from, to, fromSite, toSite, figures: fresh?.figures, usualRttMs: fresh?.usualRttMs };
        }),
    );
  }

  #mustExist(...ids: string[]): void {
    const known = new Set(this.#watchers().map(({ id }) => id));
    const unknown = ids.find((id) => !known.has(id));
    if (unknown !== undefined) throw new QwError('NOT_FOUND', `there is no watcher ${unknown}`);
  }

  #watchers(): readonly MemberRecord[] {
    return this.#parts.machine.view(this.#parts.clock.now()).membership.watchers;
  }

  #configuration(): Configuration {
    return this.#parts.machine.view(this.#parts.clock.now()).configuration ?? noConfiguration;
  }

  /** Members that were made without a site stand where the configuration says. */
  #siteOf(site: string): string {
    return site || this.#configuration().site;
  }
}

function peerOf({ id, address }: MemberRecord): PathPeer {
  const [, bracketed, plain, port] = /^(?:\[([^\]]+)\]|([^:\s]+)):(\d{1,5})$/.exec(address) ?? [];
  return { id, host: bracketed ?? plain, port: Number(port ?? 0) };
}
