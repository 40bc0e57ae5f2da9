import type { Milliseconds } from '../../model/index.ts';
import type { PathFigures } from './path-window.ts';

/** Figures of a window with fewer answers say nothing about what is usual. */
const smallestCount = 20;
/** Once a second: a path that gets slower for good is usual after some minutes, one that gets faster after seconds. */
const periodMs = 1000;
const slower = 1 / 128;
const faster = 1 / 8;

/** What delay and unsteadiness of an uplink usually are, so that each is judged against itself. */
export class UsualFigures {
  #atMs = -Infinity;
  rttMs: Milliseconds | undefined;
  jitterMs: Milliseconds | undefined;

  learn(figures: PathFigures, nowMs: Milliseconds): void {
    if (figures.count < smallestCount || nowMs < this.#atMs + periodMs) return;
    this.#atMs = nowMs;
    this.rttMs = toward(this.rttMs, figures.rttMs);
    this.jitterMs = toward(this.jitterMs, figures.jitterMs);
  }
}

function toward(usual: number | undefined, now: number | undefined): number | undefined {
  if (usual === undefined || now === undefined) return usual ?? now;
  return usual + (now - usual) * (now > usual ? slower : faster);
}
