import { z } from 'zod';
import { address, duration, name, percent } from '../scalars.ts';
import { uplinkCheck, type IpFamily } from '../uplink.ts';
import { actionSchema } from './action.ts';
import { commonObject, watchersSchema, type Check } from './check.ts';
import { anchorSchema, defaultAnchors, familyOf } from './uplink-anchors.ts';
import { classesSchema, classProblems, degradedSchema } from './uplink-classes.ts';
import { replaySchema } from './uplink-replay.ts';
import { uplinkRouterSchema } from './uplink-router.ts';

/** The sections `uplinks` and `failover`. */

const automatic = ['auto', 'auto-ipv6'] as const;
const gateway = z.union([z.enum(automatic), address()]);
/** Whether the gateway is to be taken from the kernel. */
export const isAutomatic = (gateway: string): boolean => automatic.some((word) => word === gateway);
export const gatewayFamily = (gateway: string): IpFamily => (gateway === 'auto-ipv6' ? 6 : familyOf(gateway));

export const uplinkSchema = z
  .strictObject({
    name: name(),
    device: z
      .string()
      .regex(/^[^\s/]{1,15}$/, 'expected an interface name of at most 15 characters')
      .describe('The network interface that leads to the provider.'),
    gateway: z
      .union([gateway, z.array(gateway).min(1).max(2)])
      .describe(
        'The provider’s router, as an address or as one IPv4 and one IPv6 address. A family without is left alone. auto, auto-ipv6: as the kernel’s default route on that device says, from DHCP or PPP.',
      ),
    priority: z.int().min(1).max(100).optional().describe('1 is best; the place in the list by default.'),
    weight: z.int().min(1).max(256).default(1).describe('With mode: balance, its share of new connections.'),
    anchors: z
      .array(anchorSchema)
      .min(1)
      .max(16)
      .prefault(defaultAnchors)
      .describe('What is asked through this uplink, and only through it; three or more of different operators.'),
    thin: z
      .boolean()
      .default(false)
      .describe('A backup that cannot carry everything: see failover.classes and failover.degraded.'),
  })
  .transform(({ gateway, anchors, ...rest }) => ({
    ...rest,
    gateways: typeof gateway === 'string' ? [gateway] : gateway,
    anchors: anchors.flat(),
  }));

/** An uplink as configured; `priority` is filled in by the section. */
export type UplinkSettings = Omit<z.output<typeof uplinkSchema>, 'priority'> & { priority: number };

const actions = () => z.array(actionSchema).max(20).default([]);

export const failoverSchema = z.strictObject({
  mode: z
    .enum(['failover', 'balance'])
    .default('failover')
    .describe(
      'failover: the best uplink carries everything; balance: all that are up share by weight, each connection on one.',
    ),
  act: z
    .enum(['off', 'local-evidence', 'quorum'])
    .default('off')
    .describe(
      'off: judge and show, change nothing; local-evidence: switch at once on what this watcher sees; quorum: wait for the verdict.',
    ),
  actor: name()
    .optional()
    .describe('The watcher on the router, which switches. The only member by default; with several it must be named.'),
  watchers: watchersSchema
    .prefault({})
    .describe(
      'Who judges the uplinks, on machines that have the devices. By default the actor alone, or with act: quorum all members.',
    ),
  actions: z
    .strictObject({
      up: actions().describe('When it changes to up.'),
      degraded: actions().describe('When it changes to degraded: the uplink is bad, or held.'),
      down: actions().describe('When it changes to down.'),
    })
    .prefault({})
    .describe('What is done when the verdict on an uplink changes, as for checks.'),
  'dry-run': z.boolean().default(false).describe('Say what would be changed, and change nothing.'),
  'probe-interval': duration({ min: '10ms', max: '10s' })
    .prefault('50ms')
    .describe('Time between two probes of an uplink; they go to its anchors in turn.'),
  hint: z
    .boolean()
    .optional()
    .describe(
      'Suspect an uplink when clients’ packets leave and none return; on by default from a probe-interval of 100ms.',
    ),
  hold: duration({ min: '0s', max: '1h' })
    .prefault('10s')
    .describe('An uplink that was left must be good for so long before it is used again; doubles with every relapse.'),
  'hold-max': duration({ min: '0s', max: '1d' }).prefault('160s').describe('The doubled hold never exceeds this.'),
  grace: duration({ min: '0s', max: '1m' })
    .prefault('1500ms')
    .describe('How long established TCP connections stay on an uplink that died, in case it comes back.'),
  profile: z
    .enum(['standard', 'lossless'])
    .default('standard')
    .describe('lossless: what was on its way when an uplink died is sent again by the next one; costs some CPU.'),
  replay: replaySchema
    .prefault({})
    .describe('Copies of clients’ pings, DNS queries and TCP SYNs, for profile: lossless.'),
  classes: classesSchema
    .default([])
    .describe('Kinds of traffic that have an uplink of their own, or a rank on a thin one.'),
  degraded: degradedSchema.prefault({}).describe('What holds while a thin uplink carries everything.'),
  bad: z
    .strictObject({
      loss: percent().prefault(20).describe('An uplink that loses more over the window is left.'),
      latency: duration({ min: '1ms', max: '1m' })
        .prefault('200ms')
        .describe('So much slower than it usually is, by the median.'),
      jitter: duration({ min: '1ms', max: '1m' })
        .prefault('100ms')
        .describe('So much more unsteady than it usually is.'),
      window: duration({ min: '1s', max: '5m' })
        .prefault('5s')
        .describe('Over which loss, latency and jitter are taken.'),
      'accepted-loss': percent().prefault(2).describe('An uplink with at most this loss may be used again.'),
    })
    .prefault({}),
  mark: z
    .int()
    .min(0)
    .max(24)
    .default(16)
    .describe('The lowest of eight bits of the firewall mark that are used to keep connections on their uplink.'),
  table: z
    .int()
    .min(1000)
    .max(0x7fff_0000)
    .default(7700)
    .describe('The first of the routing tables in use: one for the traffic, then one for each uplink.'),
  'rule-priority': z
    .int()
    .min(1)
    .max(32_000)
    .default(7700)
    .describe('The first of the priorities of routing rules in use.'),
  router: uplinkRouterSchema.optional(),
});
export type FailoverSettings = z.output<typeof failoverSchema>;

interface Problem {
  path: (string | number)[];
  message: string;
  found: unknown;
}

/** Rules between uplinks: one name, one device and one gateway of a family each, and something to ask through it. */
export function uplinkProblems(uplinks: readonly UplinkSettings[], failover: FailoverSettings): Problem[] {
  const problems: Problem[] = [];
  const seen = new Map<string, number>();
  uplinks.forEach((uplink, index) => {
    for (const key of ['name', 'device', 'priority'] as const) {
      const before = seen.get(`${key} ${uplink[key]}`);
      seen.set(`${key} ${uplink[key]}`, before ?? index);
      if (before === undefined) continue;
      const message = `expected its own ${key}; uplinks[${before}] has it already`;
      problems.push({ path: ['uplinks', index, key], message, found: uplink[key] });
    }
    const families = uplink.gateways.map(gatewayFamily);
    if (new Set(families).size < families.length) {
      const message = 'expected at most one gateway of each address family';
      problems.push({ path: ['uplinks', index, 'gateway'], message, found: uplink.gateways });
    }
    for (const family of families) {
      if (uplink.anchors.some((anchor) => anchor.family === family)) continue;
      const message = `expected an IPv${family} anchor, since there is an IPv${family} gateway`;
      problems.push({ path: ['uplinks', index, 'anchors'], message, found: uplink.name });
    }
  });
  problems.push(...classProblems(uplinks, failover));
  if (failover.watchers.rule === 'k' && failover.watchers.k === undefined) {
    problems.push({ path: ['failover', 'watchers'], message: 'rule: k needs k', found: 'k' });
  }
  problems.push(...routerProblems(uplinks, failover));
  if (failover['hold-max'] < failover.hold) {
    const message = 'expected at least the duration of hold';
    problems.push({ path: ['failover', 'hold-max'], message, found: failover['hold-max'] });
  }
  return problems;
}

/** Routes of a router are named for uplinks that there are, and it has none of what this machine's kernel can do. */
function routerProblems(uplinks: readonly UplinkSettings[], failover: FailoverSettings): Problem[] {
  const { router } = failover;
  if (!router) return [];
  const problems: Problem[] = [];
  for (const key of ['routes', 'connection-marks'] as const) {
    for (const named of Object.keys(router[key])) {
      if (uplinks.some(({ name }) => name === named)) continue;
      problems.push({
        path: ['failover', 'router', key, named],
        message: 'expected the name of an uplink',
        found: named,
      });
    }
  }
  const message = 'expected none of it with failover.router, which switches routes of another machine';
  if (failover.profile === 'lossless') problems.push({ path: ['failover', 'profile'], message, found: 'lossless' });
  if (failover.classes.length > 0) {
    problems.push({ path: ['failover', 'classes'], message, found: failover.classes.length });
  }
  return problems;
}

/** The section `uplinks`: at most sixteen, and each with its priority. */
export const uplinksSchema = z
  .array(uplinkSchema)
  .max(16)
  .transform((uplinks): UplinkSettings[] =>
    uplinks.map((uplink, index) => ({ ...uplink, priority: uplink.priority ?? index + 1 })),
  );

/** The watcher that switches, of these members; undefined when none is named and there are several. */
export function uplinkActor(
  { actor }: Pick<FailoverSettings, 'actor'>,
  members: readonly string[],
): string | undefined {
  if (actor !== undefined) return members.includes(actor) ? actor : undefined;
  return members.length === 1 ? members[0] : undefined;
}

/** The checks under which the cluster judges uplinks: one for each family that has a gateway. Nobody probes them as such. */
export function uplinkChecks(uplinks: readonly UplinkSettings[], failover: FailoverSettings): Check[] {
  return uplinks.flatMap((uplink) =>
    ([4, 6] as const).flatMap((family) => {
      const gateway = gatewayOf(uplink, family);
      if (gateway === undefined) return [];
      const { name: uplinkName, device } = uplink;
      const common = commonObject.parse({ name: 'uplink', host: gateway, device });
      const { watchers } = failover;
      const labels = { uplink: uplinkName, family: `ipv${family}` };
      return [
        {
          ...common,
          name: uplinkCheck(uplinkName, family),
          labels,
          watchers,
          ...failover.actions,
          type: 'uplink',
          options: {},
        },
      ];
    }),
  );
}

/** The gateway of that family, or that it is automatic; undefined where the uplink has none, and is not used for it. */
export function gatewayOf(uplink: UplinkSettings, family: IpFamily): string | undefined {
  return uplink.gateways.find((gateway) => gatewayFamily(gateway) === family);
}
