import { agreedSince, decideVerdict, type Decision, type Reason, type Transition } from '../../model/index.ts';
import type { Draft } from './draft.ts';
import { flapAfter } from './fold.ts';
import { flapPercent } from './flap.ts';
import { IncidentDesk } from './incidents.ts';
import { emitTransitionActions } from './intents.ts';
import { isWaiting } from './trouble.ts';
import { isOut, type CheckState } from './state.ts';

/** Decides verdicts in one request, and sees to what follows from their changes: incidents first, then actions. */
export class Decider {
  readonly desk: IncidentDesk;
  readonly #draft: Draft;
  /** Checks whose waiting only time or another check can end, as of the start of the request. */
  readonly #waiting: Iterable<string>;
  readonly #changed = new Map<string, () => void>();
  #outageEnded = false;

  constructor(draft: Draft, waiting: Iterable<string>) {
    this.#draft = draft;
    this.#waiting = waiting;
    this.desk = new IncidentDesk(draft);
  }

  /** Drafts a transition if the opinions now come to another verdict. */
  decide(name: string): void {
    const planned = this.#draft.plan.enabled(name);
    const before = this.#draft.check(name);
    if (!planned || !before) return;
    const decision = decideVerdict(planned.check.watchers, before.opinions, planned.judges);
    if (decision.state !== before.verdict) this.#change(before, decision);
  }

  /** The verdict is unknown from now on, for a reason that is not an opinion. */
  forget(name: string, reason: Reason): void {
    const before = this.#draft.check(name);
    const planned = this.#draft.plan.checks.get(name);
    if (!before || !planned || before.verdict === 'unknown') return;
    const { rule } = decideVerdict(planned.check.watchers, {}, planned.judges);
    this.#change(before, { state: 'unknown', rule, voters: [], reason });
  }

  /** Incidents and actions of what was decided so far, parents before their dependants. */
  settle(): void {
    const { plan } = this.#draft;
    const names = new Set(this.#changed.keys());
    if (this.#outageEnded) for (const name of this.#waiting) names.add(name);
    this.settleAll(plan.sorted(names));
    for (const act of this.#changed.values()) act();
    this.#changed.clear();
    this.#outageEnded = false;
  }

  /** Looks at the incidents of these checks, which must be sorted parents first. */
  settleAll(names: Iterable<string>): void {
    for (const name of names) this.desk.settle(name);
    this.desk.flush();
  }

  #change(before: CheckState, decision: Decision): void {
    const { name } = before;
    // A second change within one request must not hide the first from incidents.
    if (this.#changed.has(name)) {
      this.settle();
      before = this.#draft.check(name) ?? before;
    }
    const draft = this.#draft;
    const planned = draft.plan.checks.get(name);
    if (!planned) return;
    const flap = flapAfter(before, planned, { to: decision.state }, draft.time);
    const transition: Transition = {
      check: name,
      from: before.verdict,
      to: decision.state,
      since: agreedSince(decision.voters, before.since, draft.time),
      rule: decision.rule,
      opinions: planned.judges.flatMap((judge) => before.opinions[judge] ?? []),
      ...(decision.reason && { reason: decision.reason }),
      initial: before.decisive === undefined && decision.state !== 'unknown',
      flapping: flap?.flapping ?? false,
      flapPercent: flap ? flapPercent(flap.ring) : 0,
    };
    const position = draft.emit({ kind: 'transition', body: transition });
    const after = draft.check(name);
    if (isOut(before) && after && !isOut(after)) this.#outageEnded = true;
    if (before.behind !== undefined && after?.behind === undefined) this.desk.recovered(name, before.behind);
    this.#changed.set(name, () => emitTransitionActions(draft, before, position, transition));
  }
}

/** All checks of the plan that wait, parents first: what a tick has to look at. */
export function waitingOf(draft: Draft, names: Iterable<string>): string[] {
  return draft.plan.sorted([...names].filter((name) => isWaiting(draft, name)));
}
