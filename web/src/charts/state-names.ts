/** What the values of metrics with the unit `state` mean, and with which colour they are shown. */

export interface StateName {
  /** A key of the texts. */
  name: 'down' | 'up' | 'degraded' | 'partial' | 'unknown' | 'dead' | 'bad' | 'held' | 'no' | 'yes';
  colour: string;
}

const down: StateName = { name: 'down', colour: '--down-bar' };
const up: StateName = { name: 'up', colour: '--up-bar' };
const unknown: StateName = { name: 'unknown', colour: '--unknown-bar' };

const verdicts: readonly StateName[] = [
  down,
  up,
  { name: 'degraded', colour: '--degraded-bar' },
  { name: 'partial', colour: '--partial-bar' },
  unknown,
];
const uplinks: readonly StateName[] = [
  { name: 'dead', colour: '--down-bar' },
  up,
  { name: 'bad', colour: '--degraded-bar' },
  { name: 'held', colour: '--partial-bar' },
  unknown,
];
const yesNo: readonly StateName[] = [
  { name: 'no', colour: '--down-bar' },
  { name: 'yes', colour: '--up-bar' },
];
const byMetric: ReadonlyMap<string, readonly StateName[]> = new Map([
  ['quorumwatch_check_verdict', verdicts],
  ['quorumwatch_uplink_state', uplinks],
]);

/** Undefined where nothing was measured. */
export function stateName(metric: string, value: number | null): StateName | undefined {
  if (value === null) return undefined;
  return (byMetric.get(metric) ?? yesNo)[Math.round(value)] ?? unknown;
}

/** States are written when they change and once a minute: until the next could have come, the last one holds. */
const holdMs = 120_000;

/** Values with each state carried on over steps that are shorter than the time between two of them. */
export function carried(values: readonly (number | null)[], stepMs: number): (number | null)[] {
  let last: number | null = null;
  let age = 0;
  return values.map((value) => {
    age = value === null ? age + stepMs : 0;
    if (value !== null) last = value;
    return age < holdMs ? last : null;
  });
}

export interface Stretch {
  fromStep: number;
  /** One behind the last. */
  toStep: number;
  state: StateName | undefined;
}

/** Neighbouring steps of one state, as one. */
export function stretchesOf(metric: string, values: readonly (number | null)[]): Stretch[] {
  const stretches: Stretch[] = [];
  for (const [step, value] of values.entries()) {
    const state = stateName(metric, value);
    const last = stretches.at(-1);
    if (last && last.state?.name === state?.name) last.toStep = step + 1;
    else stretches.push({ fromStep: step, toStep: step + 1, state });
  }
  return stretches;
}
