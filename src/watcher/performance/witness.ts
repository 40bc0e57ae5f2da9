import type { ApiWitness, Milliseconds } from '../../model/index.ts';
import { freshMs, type Board } from './board.ts';
import { freshFigures } from './present-paths.ts';
import { checkStanding, medianLatencyMs, pathStanding } from './standing.ts';

/** What a watcher has told of a check, and of its own path to the other end. */
export function witnessOf(
  board: Board,
  { watcher, to, check }: { watcher: string; to: string; check: string },
  nowMs: Milliseconds,
): ApiWitness {
  const told = board.check(watcher, check);
  const fresh = told && nowMs - told.atMs <= Math.max(freshMs, told.figures.windowMs) ? told : undefined;
  const path = watcher === to ? undefined : freshFigures(board, watcher, to, nowMs);
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
