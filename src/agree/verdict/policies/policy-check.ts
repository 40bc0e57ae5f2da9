import { commonObject, type AlertPolicy, type Check } from '../../../model/index.ts';

/** The type of the checks that stand for policies: no probe has it. */
export const alertType = 'alert';

/**
 * The check under which the cluster judges a policy: what makes it another one stands among its options. It is down while
 * the policy fires.
 */
export function policyCheck(policy: AlertPolicy): Check {
  const { name, comment, disabled, labels, interval, watchers, conditions, combiner, notify } = policy;
  return {
    ...commonObject.parse({ name: 'policy' }),
    name,
    ...(comment !== undefined && { comment }),
    disabled,
    labels,
    interval,
    watchers,
    'depends-on': policy['depends-on'],
    down: notify.length > 0 ? [{ kind: 'notify', receivers: notify, delayMs: 0 }] : [],
    type: alertType,
    options: { conditions, combiner, 'incident-per': policy['incident-per'] },
  };
}

/** The same for one resource of it, whose labels are its own too. */
export function resourceCheck(check: Check, name: string, resource: Readonly<Record<string, string>>): Check {
  return { ...check, name, labels: { ...resource, ...check.labels } };
}
