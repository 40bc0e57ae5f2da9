import { alertCheckName, labelsOf, labelValues, type AlertOpinions, type View } from '../../agree/index.ts';
import type { AlertFinding, AlertPolicy, EpochMs, Milliseconds, Opinion, OpinionState } from '../../model/index.ts';
import { opinionOf, opinionStates } from './speech.ts';

type Labels = Readonly<Record<string, string>>;

export interface AlertVoiceParts {
  self: string;
  view: () => Pick<View, 'check' | 'alertOpinions'>;
  /** Hands opinions on to be agreed. */
  say(opinions: readonly Opinion[]): void;
}

/** A policy whose findings are told. */
export interface Speaker {
  readonly policy: AlertPolicy;
  readonly evaluation: {
    findings(): Iterable<AlertFinding>;
    finding(resource: Labels): AlertFinding | undefined;
  };
}

/** An opinion of which the ledger knows nothing is said again after this, and after twice as long each time. */
const sayAgainMs: Milliseconds = 5000;
const longestSayAgainMs: Milliseconds = 600_000;

interface Said {
  state: OpinionState;
  atMs: Milliseconds;
  againMs: Milliseconds;
  /** It is time to say it again. */
  isLost: boolean;
}

/** Tells the others what policies find here: each change once, and again what got lost. */
export class AlertVoice {
  readonly #parts: AlertVoiceParts;
  /** What was said and is not in the ledger yet, by check. */
  readonly #said = new Map<string, Said>();
  /** Labels as they were seen of what was said to fire: long ones are cut in the name, and in the ledger. */
  readonly #labels = new Map<string, Labels>();

  constructor(parts: AlertVoiceParts) {
    this.#parts = parts;
  }

  /** Findings that have changed; `nowMs` is monotonic. */
  tell(policy: AlertPolicy, findings: readonly AlertFinding[], nowMs: Milliseconds): void {
    const view = this.#parts.view();
    this.#say(findings.flatMap((finding) => this.#opinion(policy, finding, view, nowMs) ?? []));
  }

  /** Compares what is agreed with what is found; to be called every few seconds. */
  look(speakers: ReadonlyMap<string, Speaker>, at: EpochMs, nowMs: Milliseconds): void {
    const view = this.#parts.view();
    for (const [check, said] of this.#said) {
      const isAgreed = view.check(check)?.opinions[this.#parts.self]?.state === said.state;
      said.isLost = nowMs - said.atMs > said.againMs;
      // That a resource is fine is nothing to insist on: whoever needs to know it is asked for again below.
      if (isAgreed || (said.isLost && said.state !== 'down')) this.#said.delete(check);
    }
    const opinions: Opinion[] = [];
    const add = (policy: AlertPolicy, finding: AlertFinding | undefined) => {
      const opinion = finding && this.#opinion(policy, finding, view, nowMs);
      if (opinion) opinions.push(opinion);
    };
    const known = new Set<string>();
    for (const alert of view.alertOpinions()) {
      const { name } = alert;
      known.add(name);
      const speaker = speakers.get(alert.policy);
      if (speaker) add(speaker.policy, this.#findingOf(alert, speaker, at));
    }
    for (const name of this.#labels.keys()) if (!known.has(name)) this.#labels.delete(name);
    for (const { policy, evaluation } of speakers.values()) {
      for (const finding of evaluation.findings()) if (finding.state === 'firing') add(policy, finding);
    }
    this.#say(opinions);
  }

  /** What is found of a resource that the cluster knows; one that is found no more is closed. */
  #findingOf(alert: AlertOpinions, { policy, evaluation }: Speaker, at: EpochMs): AlertFinding | undefined {
    const resource = this.#labels.get(alert.name) ?? alert.resource;
    const found = evaluation.finding(resource);
    const own = alert.opinions[this.#parts.self]?.state ?? 'up';
    if (found || own === 'up' || (own === 'unknown' && alert.incident === undefined)) return found;
    return { policy: policy.name, resource, state: 'closed', since: at, met: [] };
  }

  #opinion(
    policy: AlertPolicy,
    finding: AlertFinding,
    view: Pick<View, 'check'>,
    nowMs: Milliseconds,
  ): Opinion | undefined {
    const { self } = this.#parts;
    const check = alertCheckName(policy.name, labelsOf({ values: labelValues(finding.resource) }));
    const state = opinionStates[finding.state];
    const agreed = view.check(check);
    const said = this.#said.get(check);
    // Nobody need know of a resource that never fired.
    if (state !== 'down' && !agreed && !said) return undefined;
    const known = said?.isLost === false ? said.state : (agreed?.opinions[self]?.state ?? 'unknown');
    if (known === state) return undefined;
    const againMs = said?.isLost === true ? Math.min(2 * said.againMs, longestSayAgainMs) : sayAgainMs;
    this.#said.set(check, { state, atMs: nowMs, againMs, isLost: false });
    if (state === 'down') this.#labels.set(check, finding.resource);
    return opinionOf(finding, policy, check, self);
  }

  #say(opinions: readonly Opinion[]): void {
    if (opinions.length > 0) this.#parts.say(opinions);
  }
}
