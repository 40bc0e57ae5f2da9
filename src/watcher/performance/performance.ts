import { decodeDigest, encodeDigest, type VerdictMachine } from '../../agree/index.ts';
import {
  formatInstant,
  maxDigestChecks,
  messageOf,
  QwError,
  type ApiCause,
  type ApiPathDetail,
  type ApiPerformance,
  type ApiWitness,
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
import { Board, freshMs } from './board.ts';
import { judgeCause } from './cause.ts';
import { CheckMinutes } from './check-minutes.ts';
import { comparePath, type ComparedPath } from './compare.ts';
import type { DigestExchange } from './exchange.ts';
import { pathHistory, type AskMetrics } from './history.ts';
import { freshFigures, presentPath } from './present-paths.ts';
import { checkStanding, medianLatencyMs, pathStanding } from './standing.ts';

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

const digestEveryMs: Milliseconds = 10_000;
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
    this.#timer = clock.after(digestEveryMs * random(), () => this.#tell());
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
    const asked = this.#witness(from, to, check);
    const others = this.#watchers()
      .filter(({ id }) => id !== from)
      .map(({ id }) => this.#witness(id, to, check));
    return { check, from, to, ...judgeCause(asked, others), witnesses: [asked, ...others] };
  }

  stop(): void {
    this.#timer?.cancel();
    this.#prober?.close();
  }

  /** Own figures, to everyone. */
  #tell(): void {
    const { exchange, clock, self } = this.#parts;
    const prober = this.#prober;
    if (!exchange || !prober) return;
    this.#timer = clock.after(digestEveryMs, () => this.#tell());
    const checks = this.#minutes.next(maxDigestChecks, clock.monotonic());
    const digest = { at: clock.now(), paths: prober.figures(), checks };
    const { bytes, checks: told } = encodeDigest(digest);
    this.#minutes.told(told);
    this.#take(self, { ...digest, checks: checks.slice(0, told) });
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

  #witness(watcher: string, to: string, check: string): ApiWitness {
    const nowMs = this.#parts.clock.monotonic();
    const told = this.#board.check(watcher, check);
    const fresh = told && nowMs - told.atMs <= Math.max(freshMs, told.figures.windowMs) ? told : undefined;
    const path = watcher === to ? undefined : freshFigures(this.#board, watcher, to, nowMs);
    const { passed = 0, degraded = 0, failed = 0 } = fresh?.figures ?? {};
    const samples = passed + degraded + failed;
    const latencyMs = fresh && medianLatencyMs(fresh.figures);
    const usualLatencyMs = fresh?.usual.value;
    const { forward, back, rtt } = path?.figures ?? {};
    const worst = Math.max(...[forward, back].map((one) => (one && one.sent > 0 ? one.lost / one.sent : 0)));
    return {
      watcher,
      check: checkStanding(fresh?.figures, usualLatencyMs),
      path: watcher === to ? 'none' : pathStanding(path?.figures, path?.usualRttMs),
      samples,
      ...(samples > 0 && { failedRatio: failed / samples }),
      ...(latencyMs !== undefined && { latencyMs }),
      ...(usualLatencyMs !== undefined && { usualLatencyMs }),
      ...(forward && back && { pathLossRatio: worst }),
      ...(rtt && { pathRttMs: rtt.medianMs }),
      ...(path?.usualRttMs !== undefined && { usualPathRttMs: path.usualRttMs }),
    };
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
