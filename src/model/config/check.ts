import { z } from 'zod';
import { address, duration, host, mOfR, name } from '../scalars.ts';
import { actionSchema } from './action.ts';

/** The keys that every check has, whatever its type; names and meaning are RouterOS Netwatch's where it has them. */

const labelName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_.-]{0,62}$/, 'expected a label such as site or data-centre');
export const labels = z.record(labelName, z.string().max(200));

/** `site=office,tier=gold`: every term must match; `key!=value` and a bare `key` are terms too. */
export const selector = z
  .string()
  .regex(/^[^=,!\s]+(!?=[^,]*)?(,\s*[^=,!\s]+(!?=[^,]*)?)*$/, 'expected terms such as site=office,tier!=test')
  .meta({ description: 'Label terms, all of which must match.', examples: ['site=office', 'site=office,tier!=test'] });

/** True when every term of the selector holds for the labels. */
export function matchesSelector(selectorText: string, given: Readonly<Record<string, string>>): boolean {
  return selectorText.split(',').every((raw) => {
    const [, key = '', not, value] = /^\s*([^=!]+)(?:(!)?=(.*))?$/.exec(raw) ?? [];
    if (value === undefined) return Object.hasOwn(given, key.trim());
    return (given[key.trim()] === value.trim()) !== (not === '!');
  });
}

export const quorumRule = z.enum(['bft', 'any', 'majority', 'all', 'k']);
export type QuorumRuleName = z.output<typeof quorumRule>;

export const watchersSchema = z.strictObject({
  select: selector.optional().describe('Watchers whose labels match; all members by default.'),
  rule: quorumRule.default('bft').describe('How many of them must agree: bft is 2f+1 of 3f+1.'),
  k: z.int().min(1).max(1000).optional().describe('With rule: k, how many.'),
});

const settleSchema = z.strictObject({
  down: mOfR().prefault('2/3').describe('Rounds that must fail before the check is down. RouterOS has 1/1.'),
  up: mOfR().prefault('2/3').describe('Rounds that must pass before a check that was down is up. RouterOS has 1/1.'),
  'hold-down': duration({ max: '1d' })
    .prefault('0s')
    .describe(
      'After a change to down, stay there for at least this long; doubles with each further change within ten times its length.',
    ),
  'hold-down-max': duration({ max: '1d' }).prefault('160s').describe('The doubled hold-down never exceeds this.'),
});

/** Keys that name the thing and say how often and by whom it is probed. */
export const commonCheckOptions = {
  name: name().describe('Unique among the checks.'),
  comment: z.string().max(1000).optional(),
  disabled: z.boolean().default(false).describe('Kept, but neither probed nor shown as a problem.'),
  host: host().optional().describe('What is probed: an address or a name.'),
  anchors: z
    .array(host())
    .min(1)
    .max(16)
    .optional()
    .describe('Instead of host: several addresses that stand for one thing, judged together.'),
  group: name().optional().describe('Instead of host: one check for each target of this group, named check@target.'),
  'anchors-required': z.int().min(1).optional().describe('How many anchors must answer; a majority by default.'),
  interval: duration({ min: '10ms', max: '1d' }).prefault('10s').describe('Time from one start to the next.'),
  'retry-interval': duration({ min: '10ms', max: '1d' })
    .optional()
    .describe(
      'Used instead of interval while a change is suspected but not settled; the smaller of interval and 1s by default.',
    ),
  timeout: duration({ min: '1ms', max: '1m' }).prefault('3s').describe('How long an answer may take.'),
  'start-delay': duration({ max: '1h' })
    .prefault('3s')
    .describe('Before the first probe after the check was added or the watcher started.'),
  'startup-delay': duration({ max: '1h' })
    .prefault('0s')
    .describe('No probe before the machine has been up for this long. RouterOS has 5m.'),
  'ignore-initial-up': z.boolean().default(false).describe('No action on the first change from unknown to up.'),
  'ignore-initial-down': z.boolean().default(false).describe('No action on the first change from unknown to down.'),
  'src-address': address()
    .optional()
    .describe('Probe from this address; if this machine does not have it, the check is down.'),
  device: z
    .string()
    .regex(/^[^\s/]{1,15}$/, 'expected an interface name of at most 15 characters')
    .optional()
    .describe('Probe through this interface only.'),
  mark: z.int().min(1).max(0xffff_ffff).optional().describe('Firewall mark of the probes.'),
  'address-family': z
    .enum(['auto', 'ipv4', 'ipv6', 'both'])
    .default('auto')
    .describe(
      'For names: which addresses; both probes them side by side, and one dead family makes the check degraded.',
    ),
  labels: labels.default({}),
  'depends-on': z.array(name()).default([]).describe('While one of these checks is down, this one opens no incident.'),
  watchers: watchersSchema.prefault({}),
  settle: settleSchema.prefault({}),
  up: z.array(actionSchema).max(20).default([]).describe('Actions on each change to up.'),
  degraded: z.array(actionSchema).max(20).default([]).describe('Actions on each change to degraded.'),
  down: z.array(actionSchema).max(20).default([]).describe('Actions on each change to down.'),
  test: z
    .array(actionSchema)
    .max(20)
    .default([])
    .describe('Run and log actions after every probe; not recorded in the ledger.'),
};

/** The keys that every check has, and no others. */
export const commonObject = z.strictObject(commonCheckOptions);

/** A check after validation: the common keys, its type, and the keys of that type under `options`. */
export interface Check extends z.output<typeof commonObject> {
  type: string;
  /** The keys of the type, validated by its probe file. */
  options: Readonly<Record<string, unknown>>;
  /** Of a check over a group: the target that this one is for. */
  target?: string;
}
