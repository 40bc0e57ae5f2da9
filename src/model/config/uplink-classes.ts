import { z } from 'zod';
import { isAddress, name } from '../scalars.ts';

/** The keys `failover.classes` and `failover.degraded`: kinds of traffic, their uplinks, and what a thin one spares them. */

const rateUnits: Readonly<Record<string, number>> = { kbit: 1e3, Mbit: 1e6, Gbit: 1e9 };
/** Within a second a full packet must fit. */
const leastRateBits = 16_000;
/** `800kbit`, `2Mbit`; the value is bits a second. */
const rate = z
  .string()
  .meta({ description: 'Bits a second, such as 800kbit or 2Mbit.', examples: ['800kbit', '2Mbit'] })
  .transform((text, context): number => {
    const [, digits = '', unit = ''] = /^(\d+)(kbit|Mbit|Gbit)$/.exec(text) ?? [];
    const bits = Number(digits) * (rateUnits[unit] ?? 0);
    if (bits >= leastRateBits) return bits;
    context.addIssue({ code: 'custom', message: 'expected a rate of 16kbit or more, such as 800kbit', input: text });
    return z.NEVER;
  });

const prefixExpected = 'expected an address or a prefix such as 172.16.10.0/24';
const portsExpected = 'expected a port or a range of ports, such as 5060 or 10000-20000';
const deviceExpected = 'expected an interface name of at most 15 characters';
const prefix = z
  .string()
  .meta({
    description: 'An address or a prefix, such as 172.16.10.0/24.',
    examples: ['172.16.10.0/24', 'fd00:10::/64'],
  })
  .refine((text) => {
    const [address = '', length] = text.split('/', 2);
    const whole = address.includes(':') ? 128 : 32;
    const good = length === undefined || (/^\d{1,3}$/.test(length) && Number(length) <= whole);
    return good && isAddress(address) && !address.includes('%') && text.split('/').length <= 2;
  }, prefixExpected);

/** As `tc`, `nft` and RFC 2474, 2597, 3246, 5865 call them. */
const codePoints = [
  'ef',
  ...Array.from({ length: 8 }, (_, number) => `cs${number}`),
  ...[1, 2, 3, 4].flatMap((group) => [1, 2, 3].map((drop) => `af${group}${drop}`)),
];
const largestPort = 65_535;
const ports = z
  .string()
  .meta({ description: 'A port or a range, such as 5060 or 10000-20000.' })
  .or(z.int().transform(String))
  .refine((text) => {
    const [, low = '', high = low] = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text) ?? [];
    return Number(low) >= 1 && Number(low) <= Number(high) && Number(high) <= largestPort;
  }, portsExpected);
const device = z.string().regex(/^[^\s/"]{1,15}$/, deviceExpected);
/** Of a union only its own message is told. */
const several = <Item extends z.ZodType>(item: Item, error: string) =>
  z.union([item.transform((one) => [one]), z.array(item).min(1).max(64)], { error });

const trafficClassSchema = z.strictObject({
  name: name(),
  from: several(prefix, prefixExpected).optional().describe('Addresses or prefixes of the clients.'),
  device: several(device, deviceExpected).optional().describe('The interface from which the clients’ packets come.'),
  dscp: several(z.enum(codePoints as [string, ...string[]]), 'expected a code point such as ef, cs1 or af41')
    .optional()
    .describe('Code points of Differentiated Services, such as ef for voice.'),
  protocol: z.enum(['tcp', 'udp']).optional().describe('Both without it.'),
  ports: several(ports, portsExpected).optional().describe('Ports of the servers.'),
  uplink: name()
    .optional()
    .describe('Its traffic goes by this uplink while it is up; otherwise by the best of the others.'),
  degraded: z
    .union([z.enum(['keep', 'first', 'block']), z.strictObject({ limit: rate })], {
      error: 'expected keep, first, block, or limit with a rate such as 800kbit',
    })
    .default('keep')
    .describe(
      'While a thin uplink carries everything. keep: as all the rest; first: never limited; block: refused; limit: at most this rate each way.',
    ),
});
/** Traffic of one kind; a packet belongs to the first class of which all that is given fits. */
export type TrafficClass = z.output<typeof trafficClassSchema>;

const matchers = ['from', 'device', 'dscp', 'protocol', 'ports'] as const;

export const classesSchema = z
  .array(
    trafficClassSchema.refine(
      (given) => matchers.some((key) => given[key] !== undefined),
      'expected at least one of from, device, dscp, protocol, ports',
    ),
  )
  .max(16);

export const degradedSchema = z.strictObject({
  limit: rate.optional().describe('What all classes but first, limited and blocked ones get together, each way.'),
});
export type DegradedSettings = z.output<typeof degradedSchema>;

interface Problem {
  path: (string | number)[];
  message: string;
  found: unknown;
}

/** Rules between classes and uplinks. */
export function classProblems(
  uplinks: readonly { name: string; thin: boolean }[],
  { classes, degraded }: { classes: readonly TrafficClass[]; degraded: DegradedSettings },
): Problem[] {
  const problems: Problem[] = [];
  const names = uplinks.map((uplink) => uplink.name);
  classes.forEach((one, index) => {
    const path = (key: string) => ['failover', 'classes', index, key];
    if (classes.findIndex((other) => other.name === one.name) < index)
      problems.push({ path: path('name'), message: 'expected a unique name', found: one.name });
    if (one.uplink !== undefined && !names.includes(one.uplink))
      problems.push({ path: path('uplink'), message: 'expected the name of an uplink', found: one.uplink });
  });
  const special = degraded.limit !== undefined || classes.some((one) => one.degraded !== 'keep');
  const thin = uplinks.filter((uplink) => uplink.thin).length;
  if (special && (thin === 0 || thin === uplinks.length)) {
    const message = 'expected thin: true at one of the uplinks and not at all, or no degraded';
    problems.push({ path: ['failover', 'degraded'], message, found: names.join(', ') });
  }
  return problems;
}
