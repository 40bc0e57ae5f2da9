import { agreedSince, decideVerdict, type Decision, type Reason, type Transition } from '../../model/index.ts';
import type { Draft } from './draft.ts';
import { flapAfter } from './fold.ts';
import { flapPercent } from './flap.ts';
import { IncidentDesk } from './incidents.ts';
import { emitTransitionActions } from './intents.ts';
import { isWaiting } from './trouble.ts';
import type { PlannedCheck } from './plan.ts';
import { heldBy, isOut, type CheckState } from './state.ts';

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
    this.desk = new IncidentDesk(draft, waiting);
  }

  /**
   * Drafts a transition if the opinions now come to another verdict. `presence` is the position of the entry by which
   * somebody has fallen silent or is heard again, when that is why it is decided anew.
   */
  decide(name: string, presence?: number): void {
    const planned = this.#draft.plan.enabled(name);
    const before = this.#draft.check(name);
    if (!planned || !before) return;
    const { silent } = this.#draft.presence;
    const decision = decideVerdict(planned.check.watchers, before.opinions, planned.judges, silent);
    if (decision.state === before.verdict) return;
    if (presence === undefined) this.#change(before, decision);
    else this.#change(before, { ...decision, ...bySilence(planned, silent) }, presence);
  }

  /** The verdict is unknown from now on, for a reason that is not an opinion. */
  forget(name: string, reason: Reason): void {
    const before = this.#draft.check(name);
    const planned = this.#draft.plan.planned(name);
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

  /** At most once for a check in a request. */
  #change(before: CheckState, decision: Decision, presence?: number): void {
    const { name } = before;
    const draft = this.#draft;
    const planned = draft.plan.planned(name);
    if (!planned) return;
    const silent = planned.judges.filter((judge) => draft.presence.silent.includes(judge));
    const flap = flapAfter(before, planned, { to: decision.state }, draft.time);
    const transition: Transition = {
      check: name,
      from: before.verdict,
      to: decision.state,
      // Nobody's own time says since when there is nobody to ask.
      since: agreedSince(
        presence !== undefined && decision.state === 'unknown' ? [] : decision.voters,
        before.since,
        draft.time,
      ),
      rule: decision.rule,
      opinions: planned.judges.flatMap((judge) => heldBy(before, judge) ?? []),
      ...(silent.length > 0 && { silent }),
      ...(presence !== undefined && { presence }),
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

/** Why a verdict is another one than before although nobody has said anything new. */
function bySilence(planned: PlannedCheck, silent: readonly string[]): { reason?: Reason } {
  const missing = planned.judges.filter((judge) => silent.includes(judge));
  if (missing.length === 0) return {};
  const text = missing.length === 1 ? `watcher ${missing[0]} is silent` : `watchers ${missing.join(', ')} are silent`;
  return { reason: { code: 'watcher-silent', text } };
}

/** All checks of the plan that wait, parents first: what a tick has to look at. */
export function waitingOf(draft: Draft, names: Iterable<string>): string[] {
  return draft.plan.sorted([...names].filter((name) => isWaiting(draft, name)));
}
