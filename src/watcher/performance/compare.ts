import type { ApiPathCompared, ApiPathComparison, Milliseconds, PathFigures } from '../../model/index.ts';
import { badLoss, pathStanding, slowRatio } from './standing.ts';

/** A path with what is usual for it, and the sites of its ends. */
export interface ComparedPath {
  from: string;
  to: string;
  fromSite: string;
  toSite: string;
  /** Of now; undefined when there are none. */
  figures: PathFigures | undefined;
  usualRttMs: Milliseconds | undefined;
}

/** Fewer others say nothing about everyone. */
const leastOthers = 2;

/** Whether what is bad about one path is its own: beside it the medians of all others, its way back left out as well. */
export function comparePath(path: ComparedPath, all: readonly ComparedPath[]): ApiPathComparison {
  const isSame = (one: ComparedPath) =>
    (one.from === path.from && one.to === path.to) || (one.from === path.to && one.to === path.from);
  const others = all.filter((one) => !isSame(one) && one.figures?.rtt);
  const sites = others.filter(
    ({ fromSite, toSite }) =>
      (fromSite === path.fromSite && toSite === path.toSite) || (fromSite === path.toSite && toSite === path.fromSite),
  );
  const compared = mediansOf(others);
  return {
    ...answer(path, compared),
    path: mediansOf(path.figures?.rtt ? [path] : []),
    others: compared,
    ...(sites.length > 0 && { sameSites: mediansOf(sites) }),
  };
}

function answer(path: ComparedPath, others: ApiPathCompared): Pick<ApiPathComparison, 'answer' | 'reason'> {
  const standing = pathStanding(path.figures, path.usualRttMs);
  if (!path.figures?.rtt) return { answer: 'cannot-tell', reason: 'this path has no figures now' };
  if (others.count < leastOthers) {
    return {
      answer: 'cannot-tell',
      reason: `there are figures of ${others.count} other paths, fewer than ${leastOthers}`,
    };
  }
  if (standing === 'unknown') {
    return {
      answer: 'cannot-tell',
      reason: 'it is not yet known what is usual for this path; it loses no more than others may',
    };
  }
  if (standing === 'good') return { answer: 'neither', reason: 'loss and round trip of this path are as usual' };
  const othersLose = (others.lossRatio ?? 0) > badLoss;
  const othersSlow = (others.rttRatio ?? 1) >= slowRatio;
  if (!othersLose && !othersSlow) {
    return { answer: 'this-path', reason: 'this path is worse than usual, and half of the others or more are not' };
  }
  const what = othersLose ? 'lose packets' : 'are slow';
  return { answer: 'everyone', reason: `half of the other paths or more ${what} as well` };
}

function mediansOf(paths: readonly ComparedPath[]): ApiPathCompared {
  const values = (value: (path: ComparedPath) => number | undefined) =>
    median(paths.flatMap((path) => value(path) ?? []));
  const lossRatio = values(({ figures }) => roundTripLoss(figures));
  const rttMs = values(({ figures }) => figures?.rtt?.medianMs);
  const jitterMs = values(({ figures }) => {
    const each = [figures?.forward?.jitterMs, figures?.back?.jitterMs].flatMap((one) => one ?? []);
    return each.length === 0 ? undefined : Math.max(...each);
  });
  const rttRatio = values(({ figures, usualRttMs }) =>
    figures?.rtt && usualRttMs !== undefined && usualRttMs > 0 ? figures.rtt.medianMs / usualRttMs : undefined,
  );
  return {
    count: paths.length,
    ...(lossRatio !== undefined && { lossRatio }),
    ...(rttMs !== undefined && { rttMs }),
    ...(jitterMs !== undefined && { jitterMs }),
    ...(rttRatio !== undefined && { rttRatio }),
  };
}

/** Of a packet and its answer together. */
function roundTripLoss(figures: PathFigures | undefined): number | undefined {
  const { forward, back } = figures ?? {};
  if (!forward || !back || forward.sent === 0) return undefined;
  const returned = back.sent === 0 ? 1 : 1 - back.lost / back.sent;
  return 1 - (1 - forward.lost / forward.sent) * returned;
}

function median(values: readonly number[]): number | undefined {
  const sorted = [...values].sort((a, b) => a - b);
  const [low, high] = [sorted[(sorted.length - 1) >> 1], sorted[sorted.length >> 1]];
  return low === undefined || high === undefined ? undefined : (low + high) / 2;
}
