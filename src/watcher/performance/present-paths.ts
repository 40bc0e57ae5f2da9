import type { ApiDirection, ApiPath, DirectionFigures, Milliseconds, PathFigures } from '../../model/index.ts';
import { freshMs, isSilent, type Board } from './board.ts';

/** The path as it is now; figures only where it is measured now. */
export function presentPath(board: Board, from: string, to: string, nowMs: Milliseconds): ApiPath {
  const told = board.path(from, to);
  const heardMs = board.ageMs(from, nowMs);
  if (heardMs === undefined) {
    return { from, to, state: 'unmeasured', reason: `${from} has not told of its paths` };
  }
  if (heardMs > freshMs) return { from, to, state: 'unheard', reason: `${from} is not heard`, ageMs: heardMs };
  if (!told || nowMs - told.atMs > freshMs) {
    return { from, to, state: 'unmeasured', reason: `${from} does not measure this path` };
  }
  const { figures, atMs } = told;
  const ageMs = nowMs - atMs;
  const { windowMs, sent, answered, unexplained, silentMs, stamps, mtuBytes } = figures;
  const base = { from, to, ageMs, windowMs, sent, answered, unexplained, stamps };
  if (isSilent(figures)) {
    const reason = figures.problem ?? (sent === 0 ? 'nothing was sent yet' : 'no answer comes');
    return { ...base, state: 'silent', reason, ...(silentMs !== undefined && { silentMs }) };
  }
  const { rtt, forward, back, clock } = figures;
  return {
    ...base,
    state: 'measured',
    ...(figures.problem !== undefined && { reason: figures.problem }),
    ...(silentMs !== undefined && { silentMs }),
    ...(rtt && { rtt }),
    ...(forward && { forward: presentDirection(forward) }),
    ...(back && { back: presentDirection(back) }),
    ...(clock && { clock }),
    ...(mtuBytes !== undefined && { mtuBytes }),
  };
}

/** The figures of a path that is measured now. */
export function freshFigures(
  board: Board,
  from: string,
  to: string,
  nowMs: Milliseconds,
): { figures: PathFigures; usualRttMs: Milliseconds | undefined } | undefined {
  const told = board.path(from, to);
  if (!told || nowMs - told.atMs > freshMs || isSilent(told.figures)) return undefined;
  return { figures: told.figures, usualRttMs: told.usual.value };
}

function presentDirection(figures: DirectionFigures): ApiDirection {
  return { ...figures, lossRatio: figures.sent === 0 ? 0 : figures.lost / figures.sent };
}
