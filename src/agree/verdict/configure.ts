import { QwError, type ConfigurationBody, type Reason } from '../../model/index.ts';
import { Decider } from './decide.ts';
import type { Draft } from './draft.ts';
import { startsAgain } from './fold.ts';
import type { Plan } from './plan.ts';
import { everyCheck } from './policies/every-check.ts';

/**
 * A new configuration. Incidents of checks that are gone or disabled are resolved, and whoever was told is told. Checks
 * that probe something else now go back to unknown with their incident open; the others go on, judged by whoever judges
 * them now.
 */
export function configure(draft: Draft, body: ConfigurationBody): void {
  const before = draft.plan;
  const incidentOf = new Map<string, string>();
  for (const name of everyCheck(draft)) {
    const incident = draft.check(name)?.incident;
    if (incident !== undefined) incidentOf.set(name, incident);
  }
  draft.emit({ kind: 'configuration', body });
  const { plan } = draft;
  requireActor(plan);
  const decider = new Decider(draft, []);
  for (const name of everyCheck(draft)) {
    const check = plan.planned(name)?.check;
    const old = before.planned(name)?.check;
    if (!check) continue;
    if (check.disabled) decider.forget(name, { code: 'disabled', text: 'The check is disabled.' });
    else if (old && startsAgain(old, check)) {
      decider.forget(name, { code: 'reconfigured', text: 'The check probes something else now.' });
    } else decider.decide(name);
  }
  for (const [name, incident] of incidentOf) {
    const end = endOf(before, plan, name);
    if (end) decider.desk.resolve(incident, end.text, body.by, { reason: end });
  }
  decider.settle();
  // Dependencies, maintenance and receivers may have changed for any check.
  decider.settleAll(plan.sorted(everyCheck(draft)));
}

/**
 * Why the incident of a check is over. What fires under another policy is another incident: nobody may ever say again how
 * it is by the former one.
 */
function endOf(before: Plan, plan: Plan, name: string): Reason | undefined {
  const { policy } = before.planned(name) ?? {};
  const now = policy ? plan.checks.get(policy.name) : plan.planned(name);
  const what = policy ? 'policy' : 'check';
  if (!now) return { code: `${what}-removed`, text: `The ${what} was removed.` };
  if (now.check.disabled) return { code: 'disabled', text: `The ${what} was disabled.` };
  const isChanged = policy && startsAgain(before.checks.get(policy.name)?.check, now.check);
  return isChanged ? { code: 'reconfigured', text: 'The policy was changed.' } : undefined;
}

/** Of several members nobody could know which one stands on the router: two that switch would fight. */
export function requireActor({ configuration, members, uplinkActor }: Plan): void {
  if (!configuration || configuration.uplinks.length === 0 || configuration.failover.act === 'off') return;
  if (uplinkActor !== undefined) return;
  const { actor } = configuration.failover;
  const found = actor === undefined ? 'nobody is named' : `${actor} is none`;
  throw new QwError('CONFIG_INVALID', `failover.actor must name a member, the watcher on the router; ${found}`, {
    hint: `add to the section failover: actor: ${members[0] ?? 'NAME'} (or another of ${members.join(', ')})`,
    facts: {
      issues: [{ path: 'failover.actor', message: `expected one of ${members.join(', ')}; ${found}` }],
    },
  });
}
