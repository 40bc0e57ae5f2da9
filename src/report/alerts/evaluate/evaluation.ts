import {
  assert,
  type AlertFinding,
  type AlertPolicy,
  type AlertState,
  type ConditionReadings,
  type EpochMs,
} from '../../../model/index.ts';
import { combine, metBy, or, type Local, type Truth } from './combine.ts';
import { resourceKey } from './resource-key.ts';
import { blindSeries, freshSeries, holds, stepSeries, type SeriesMemory } from './series.ts';

/** Series that one condition of a policy looks at; the others are counted. */
export const maxSeries = 10_000;
/** Resources of one policy that fire at a time; the others are counted, and unknown. */
export const maxFiring = 1000;
/** Conditions and series that a finding names. */
const maxMet = 20;

type Labels = Readonly<Record<string, string>>;
type Met = AlertFinding['met'];

interface ResourceMemory {
  finding: AlertFinding;
  /** It fired, and was neither fine nor closed since. */
  open: boolean;
}

/** What was thought of a resource before: a watcher that starts again takes up what it told the others. */
export type FormerFinding = Pick<AlertFinding, 'resource' | 'state' | 'since' | 'met'>;

const noLabels: Labels = {};

/**
 * One policy over time. A function of its readings: whoever steps it with the same ones at the same times comes to the
 * same findings. Rules:
 * - A series that violates a condition at each evaluation of the retest window holds it. A condition is met when as many
 *   series hold it as its trigger says; of a share, those known are the whole.
 * - `OR`: a resource fires that holds a condition that is met. `AND`: the same once all conditions are met, whoever
 *   holds them. `AND_WITH_MATCHING_RESOURCE`: a resource fires that holds all of them.
 * - What is not known decides nothing: where it could turn the answer, the answer is unknown.
 * - A resource that fires and has had no datum for the time of auto-close is closed until it has one.
 */
export class PolicyEvaluation {
  readonly policy: AlertPolicy;
  readonly #conditions: readonly Map<string, SeriesMemory>[];
  readonly #resources = new Map<string, ResourceMemory>();
  #at: EpochMs | undefined;
  /** Before the first evaluation nothing was seen either. */
  #isBlind = true;
  #sightedAt: EpochMs = 0;
  #omitted = { series: 0, firing: 0 };

  constructor(policy: AlertPolicy) {
    this.policy = policy;
    this.#conditions = policy.conditions.map(() => new Map());
  }

  /** The last evaluation. */
  get at(): EpochMs | undefined {
    return this.#at;
  }

  /** What is beyond the bounds: series that are not looked at, and resources that are not told to fire. */
  get omitted(): Readonly<{ series: number; firing: number }> {
    return this.#omitted;
  }

  /** All resources as they are now. */
  *findings(): Generator<AlertFinding> {
    for (const { finding } of this.#resources.values()) yield finding;
  }

  finding(resource: Labels): AlertFinding | undefined {
    return this.#resources.get(resourceKey(resource))?.finding;
  }

  /** Before the first step: what was held before this began, and whether it fired and was not fine since. */
  recall({ resource, state, since, met }: FormerFinding, at: EpochMs, open = state === 'firing'): void {
    const { name: policy, conditions } = this.policy;
    const finding: AlertFinding = { policy, resource, state, since, met };
    this.#resources.set(resourceKey(resource), { finding, open });
    for (const { condition, resource: labels } of met) {
      const given = conditions[condition];
      if (!given || state !== 'firing') continue;
      const series = { ...freshSeries(labels, at), violates: true, violatesSince: since - given.for };
      this.#conditions[condition]?.set(resourceKey(labels), series);
    }
  }

  /** The next evaluation; returns the findings whose state is another than before. Times ascend. */
  step(at: EpochMs, readings: readonly ConditionReadings[]): AlertFinding[] {
    this.#advance(at);
    if (this.#isBlind) this.#sightedAt = at;
    this.#isBlind = false;
    this.#omitted = { series: 0, firing: 0 };
    for (const [index, series] of this.#conditions.entries()) this.#read(index, series, readings[index] ?? [], at);
    return this.policy['incident-per'] === 'policy' ? this.#concludeAll(at) : this.#concludeEach(at);
  }

  /** An evaluation at which the watcher saw nothing, for reasons of its own: nothing is known of any resource. */
  blind(at: EpochMs): AlertFinding[] {
    this.#advance(at);
    this.#isBlind = true;
    for (const [index, condition] of this.policy.conditions.entries()) {
      for (const memory of this.#conditions[index]?.values() ?? []) blindSeries(memory, condition, at);
    }
    const changed: AlertFinding[] = [];
    for (const [key, { finding }] of this.#resources) {
      if (finding.state !== 'closed') this.#set(key, finding.resource, 'unknown', [], changed);
    }
    return changed;
  }

  #advance(at: EpochMs): void {
    assert(this.#at === undefined || at > this.#at, 'evaluations follow one another');
    this.#at = at;
  }

  #read(index: number, series: Map<string, SeriesMemory>, readings: ConditionReadings, at: EpochMs): void {
    const condition = this.policy.conditions[index];
    if (!condition) return;
    const seen = new Set<string>();
    for (const reading of readings) {
      const key = resourceKey(reading.labels);
      let memory = series.get(key);
      if (!memory) {
        if (series.size >= maxSeries) {
          this.#omitted.series++;
          continue;
        }
        memory = freshSeries(reading.labels, at);
        series.set(key, memory);
      }
      seen.add(key);
      stepSeries(memory, condition, reading, at, this.#sightedAt);
    }
    if (seen.size === series.size) return;
    for (const [key, memory] of series) {
      if (seen.has(key)) continue;
      stepSeries(memory, condition, undefined, at, this.#sightedAt);
      if (this.#isSilent([memory], at)) series.delete(key);
    }
  }

  #concludeEach(at: EpochMs): AlertFinding[] {
    const changed: AlertFinding[] = [];
    const met = this.#met(at);
    const fresh: string[] = [];
    let firing = 0;
    for (const key of this.#keys()) {
      const known = this.#conditions.flatMap((series) => series.get(key) ?? []);
      const labels = known[0]?.labels ?? this.#resources.get(key)?.finding.resource ?? noLabels;
      const state = this.#stateOf(key, combine(this.policy.combiner, met, this.#locals(key, at)), known, at);
      if (state === 'firing') {
        if (this.#resources.get(key)?.open) firing++;
        else {
          fresh.push(key);
          continue;
        }
      }
      this.#set(key, labels, state, state === 'firing' ? this.#metOf(key, at) : [], changed);
      if (known.length === 0) this.#resources.delete(key);
    }
    // Who fires already goes on; of the others the first by their labels, so that everybody chooses the same.
    for (const key of fresh.sort()) {
      const labels = this.#conditions.find((series) => series.has(key))?.get(key)?.labels ?? noLabels;
      if (firing++ < maxFiring) this.#set(key, labels, 'firing', this.#metOf(key, at), changed);
      else {
        this.#omitted.firing++;
        this.#set(key, labels, 'unknown', [], changed);
      }
    }
    return changed;
  }

  #concludeAll(at: EpochMs): AlertFinding[] {
    const changed: AlertFinding[] = [];
    const met = this.#met(at);
    const key = resourceKey(noLabels);
    const keys = new Set(this.#conditions.flatMap((series) => [...series.keys()]));
    const truth = or([...keys].map((each) => combine(this.policy.combiner, met, this.#locals(each, at))));
    const known = this.#conditions.flatMap((series) => [...series.values()]);
    const state = this.#stateOf(key, truth, known, at);
    const named = state === 'firing' ? [...keys].sort().flatMap((each) => this.#metOf(each, at)) : [];
    this.#set(key, noLabels, state, named.slice(0, maxMet), changed);
    return changed;
  }

  #keys(): Set<string> {
    const keys = new Set(this.#resources.keys());
    for (const series of this.#conditions) for (const key of series.keys()) keys.add(key);
    return keys;
  }

  #met(at: EpochMs): Truth[] {
    return this.policy.conditions.map((condition, index) =>
      metBy(this.#conditions[index]?.values() ?? [], condition, at),
    );
  }

  #locals(key: string, at: EpochMs): Local[] {
    return this.policy.conditions.map((condition, index) => {
      const memory = this.#conditions[index]?.get(key);
      return memory ? holds(memory, condition, at) : 'absent';
    });
  }

  #stateOf(key: string, truth: Truth, known: readonly SeriesMemory[], at: EpochMs): AlertState {
    if (this.#isSilent(known, at)) {
      // What was said before is taken back, and nothing new is said: missing data alone may violate a condition.
      const before = this.#resources.get(key);
      return before?.open === true || before?.finding.state === 'closed' ? 'closed' : 'unknown';
    }
    if (truth === undefined) return 'unknown';
    return truth ? 'firing' : 'fine';
  }

  #isSilent(known: readonly SeriesMemory[], at: EpochMs): boolean {
    return known.every(({ newestAt, firstAt }) => at - (newestAt ?? firstAt) >= this.policy['auto-close']);
  }

  #metOf(key: string, at: EpochMs): Met {
    return this.policy.conditions.flatMap((given, condition) => {
      const memory = this.#conditions[condition]?.get(key);
      if (!memory || holds(memory, given, at) !== true) return [];
      return [{ condition, value: memory.value, resource: memory.labels }];
    });
  }

  #set(key: string, resource: Labels, state: AlertState, met: Met, changed: AlertFinding[]): void {
    const before = this.#resources.get(key);
    const isSame = before?.finding.state === state;
    const since = (isSame ? before.finding.since : this.#at) ?? 0;
    const finding: AlertFinding = { policy: this.policy.name, resource, state, since, met };
    const open = state === 'firing' || (state === 'unknown' && before?.open === true);
    this.#resources.set(key, { finding, open });
    if (!isSame) changed.push(finding);
  }
}
