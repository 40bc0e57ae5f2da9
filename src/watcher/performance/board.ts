import type { CheckFigures, Digest, Milliseconds, PathFigures } from '../../model/index.ts';
import { medianLatencyMs } from './standing.ts';
import { Usual } from './usual.ts';

/** Three digests that did not come, and a bit: what was said before is not said of now. */
export const freshMs: Milliseconds = 35_000;

interface Told<Figures> {
  figures: Figures;
  /** Monotonic. */
  atMs: Milliseconds;
  usual: Usual;
}

interface Watcher {
  atMs: Milliseconds;
  paths: Map<string, Told<PathFigures>>;
  checks: Map<string, Told<CheckFigures>>;
}

/** What each watcher said last of its paths and checks, this one included. */
export class Board {
  readonly #watchers = new Map<string, Watcher>();
  #members: ReadonlySet<string> = new Set();
  #checks: ReadonlySet<string> = new Set();

  /** Others, and checks that nobody has configured, are not believed to be there, whoever says so. */
  keepOnly(members: ReadonlySet<string>, checks: ReadonlySet<string>): void {
    this.#members = members;
    this.#checks = checks;
    for (const [id, { paths, checks: told }] of this.#watchers) {
      if (!members.has(id)) this.#watchers.delete(id);
      for (const to of paths.keys()) if (!members.has(to)) paths.delete(to);
      for (const check of told.keys()) if (!checks.has(check)) told.delete(check);
    }
  }

  /** Returns what of the digest is of use, of silent paths no figures; nothing when its sender is no member. */
  take(from: string, digest: Digest, nowMs: Milliseconds): Digest | undefined {
    if (!this.#members.has(from)) return undefined;
    const paths = digest.paths.filter(({ to }) => to !== from && this.#members.has(to)).map(asOfNow);
    const checks = digest.checks.filter(({ check }) => this.#checks.has(check));
    const watcher = this.#watchers.get(from) ?? { atMs: nowMs, paths: new Map(), checks: new Map() };
    this.#watchers.set(from, watcher);
    watcher.atMs = nowMs;
    const before = watcher.paths;
    // All of them, or none where a digest goes on with checks.
    if (paths.length > 0) watcher.paths = new Map();
    for (const figures of paths) {
      const usual = before.get(figures.to)?.usual ?? new Usual();
      if (figures.rtt) usual.add(figures.rtt.medianMs);
      watcher.paths.set(figures.to, { figures, atMs: nowMs, usual });
    }
    for (const figures of checks) {
      const usual = watcher.checks.get(figures.check)?.usual ?? new Usual();
      const latencyMs = medianLatencyMs(figures);
      if (latencyMs !== undefined) usual.add(latencyMs);
      watcher.checks.set(figures.check, { figures, atMs: nowMs, usual });
    }
    return { at: digest.at, paths, checks };
  }

  /** Since the last digest of a watcher; undefined when there was none. */
  ageMs(watcher: string, nowMs: Milliseconds): Milliseconds | undefined {
    const found = this.#watchers.get(watcher);
    return found && nowMs - found.atMs;
  }

  path(from: string, to: string): Told<PathFigures> | undefined {
    return this.#watchers.get(from)?.paths.get(to);
  }

  check(watcher: string, check: string): Told<CheckFigures> | undefined {
    return this.#watchers.get(watcher)?.checks.get(check);
  }

  /** Checks that any watcher has told of. */
  checksOf(watcher: string): string[] {
    return [...(this.#watchers.get(watcher)?.checks.keys() ?? [])];
  }
}

/** Two answers of the longest interval that did not come, and the age of a digest. */
const silentAfterMs: Milliseconds = 25_000;

/** A path over which nothing has come for so long is cut: what was measured before is not how it is. */
export function isSilent({ silentMs }: PathFigures): boolean {
  return silentMs === undefined || silentMs > silentAfterMs;
}

function asOfNow(figures: PathFigures): PathFigures {
  if (!isSilent(figures)) return figures;
  const { rtt: _rtt, forward: _forward, back: _back, clock: _clock, ...silent } = figures;
  return silent;
}
