import { flapPercent, flapRingSize, type EpochMs, type Milliseconds, type VerdictState } from '../../model/index.ts';

export { flapPercent };

/**
 * Flap detection by the formula of Nagios (base/flapping.c, `flapPercent` in the model): 30 percent start flapping, 20
 * end it.
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
  return { ring: letters[state].repeat(flapRingSize), at, flapping: false };
}

export function flapStepMs(intervalMs: Milliseconds): Milliseconds {
  return Math.max(intervalMs, shortestStepMs);
}

/** The same check later, after calm. Only calm steps enter, so the percentage does not rise. */
export function calmUntil(flap: FlapState, at: EpochMs, stepMs: Milliseconds): FlapState {
  const steps = Math.floor((at - flap.at) / stepMs);
  if (steps < 1) return flap;
  const newest = flap.ring.at(-1) ?? '';
  return enter(flap, newest.repeat(Math.min(steps, flapRingSize)), flap.at + steps * stepMs);
}

/** A transition: the calm before it, then the new state. */
export function stepFlap(flap: FlapState, state: VerdictState, at: EpochMs, stepMs: Milliseconds): FlapState {
  return enter(calmUntil(flap, at, stepMs), letters[state], at);
}

function enter(flap: FlapState, states: string, at: EpochMs): FlapState {
  const ring = (flap.ring + states).slice(-flapRingSize);
  const percent = flapPercent(ring);
  return { ring, at, flapping: percent >= startPercent || (flap.flapping && percent > stopPercent) };
}
