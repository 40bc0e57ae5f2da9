import type { EpochMs, Milliseconds, VerdictState } from '../../model/index.ts';

/**
 * Flap detection by the formula of Nagios (base/flapping.c): over a ring of 21 states, each of the 20 changes from one
 * to the next weighs 0.75 for the oldest place up to 1.25 for the newest; the sum in percent of 20 starts flapping at
 * 30 and ends it at 20.
 *
 * Nagios puts a state into the ring with every check, by default every five minutes. Our checks run up to a hundred
 * times a second and are not in the ledger, so a state enters with every transition, and in calm once every step: the
 * interval of the check, but at least a minute.
 */
export interface FlapState {
  /** One letter a state, oldest first. */
  ring: string;
  /** When the newest entered. */
  at: EpochMs;
  flapping: boolean;
}

const ringSize = 21;
const oldestWeight = 0.75;
const weightStep = 0.5 / (ringSize - 2);
const startPercent = 30;
const stopPercent = 20;
const shortestStepMs = 60_000;
const letters: Readonly<Record<VerdictState, string>> = {
  up: 'U',
  degraded: 'G',
  partial: 'P',
  down: 'D',
  unknown: 'N',
};

/** The ring of a check that never changed. */
export function calmFlap(state: VerdictState, at: EpochMs): FlapState {
  return { ring: letters[state].repeat(ringSize), at, flapping: false };
}

/** Weighted share of changes in percent, 0 to 100. */
export function flapPercent(ring: string): number {
  let sum = 0;
  for (let place = 1; place < ringSize; place++) {
    if (ring[place] !== ring[place - 1]) sum += oldestWeight + (place - 1) * weightStep;
  }
  return Math.round((sum * 100_000) / (ringSize - 1)) / 1000;
}

export function flapStepMs(intervalMs: Milliseconds): Milliseconds {
  return Math.max(intervalMs, shortestStepMs);
}

/** The same check later, after calm. Only calm steps enter, so the percentage does not rise. */
export function calmUntil(flap: FlapState, at: EpochMs, stepMs: Milliseconds): FlapState {
  const steps = Math.floor((at - flap.at) / stepMs);
  if (steps < 1) return flap;
  const newest = flap.ring.at(-1) ?? '';
  return enter(flap, newest.repeat(Math.min(steps, ringSize)), flap.at + steps * stepMs);
}

/** A transition: the calm before it, then the new state. */
export function stepFlap(flap: FlapState, state: VerdictState, at: EpochMs, stepMs: Milliseconds): FlapState {
  return enter(calmUntil(flap, at, stepMs), letters[state], at);
}

function enter(flap: FlapState, states: string, at: EpochMs): FlapState {
  const ring = (flap.ring + states).slice(-ringSize);
  const percent = flapPercent(ring);
  return { ring, at, flapping: percent >= startPercent || (flap.flapping && percent > stopPercent) };
}
