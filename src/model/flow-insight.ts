import { z } from 'zod';

/** Ready questions about traffic: each is a function of the same records. */

export const flowInsightKinds = [
  'new-peer',
  'host-scan',
  'port-scan',
  'beacon',
  'volume',
  'nat-exhaustion',
  'saturation',
] as const;
type FlowInsightKind = (typeof flowInsightKinds)[number];

const time = z.iso.datetime({ precision: 3 });
const number = z.number();
const text = z.string();

/** `code` says which sentence it is, and what stands in it: who, how much, and from when on it is pointed out. */
const insight = <
  const Code extends string,
  const Kind extends FlowInsightKind,
  Names extends z.ZodRawShape,
  Figures extends z.ZodRawShape,
  Thresholds extends z.ZodRawShape,
>(
  code: Code,
  kind: Kind,
  { names, figures, thresholds }: { names: Names; figures: Figures; thresholds: Thresholds },
) =>
  z.object({
    code: z.literal(code),
    kind: z.literal(kind),
    severity: z.enum(['notice', 'warning', 'critical']),
    /** A sentence with the figures, in English. */
    summary: text,
    /** What it is about: an address, a pair, an interface. */
    subject: text,
    names: z.object(names),
    /** Units stand last in their names; shares are of 1. */
    figures: z.object(figures),
    thresholds: z.object(thresholds),
    firstAt: time,
    lastAt: time,
    filter: text,
  });

const ofVolume = {
  names: { exporter: text },
  figures: { bytes: number, usualBytes: number, spreadBytes: number },
  thresholds: { days: number, deviations: number, leastShare: number, leastBytes: number },
};

export const flowInsightSchema = z.discriminatedUnion('code', [
  insight('new-peer', 'new-peer', {
    names: { host: text },
    figures: { bytes: number, flows: number },
    thresholds: { days: number, leastBytes: number, muchBytes: number },
  }),
  insight('host-scan', 'host-scan', {
    /** `service` as `tcp/445 (smb)`. */
    names: { host: text, service: text },
    figures: { hosts: number, flows: number, packets: number, port: number },
    thresholds: { leastHosts: number, manyHosts: number, mostPackets: number },
  }),
  insight('port-scan', 'port-scan', {
    names: { host: text, victim: text },
    figures: { ports: number, flows: number, packets: number },
    thresholds: { leastPorts: number, manyPorts: number, mostPackets: number },
  }),
  insight('beacon', 'beacon', {
    names: { host: text, server: text, service: text },
    figures: { intervalMs: number, flows: number, regularShare: number },
    thresholds: { leastFlows: number, leastShare: number, jitterShare: number },
  }),
  insight('volume-more', 'volume', ofVolume),
  insight('volume-less', 'volume', ofVolume),
  /** A gateway says so; `event` is the name of a filter. */
  insight('nat-told', 'nat-exhaustion', {
    names: { exporter: text, event: text },
    figures: { events: number, victims: number },
    thresholds: {},
  }),
  /** This machine's own: packets that were dropped. */
  insight('nat-dropped', 'nat-exhaustion', { names: {}, figures: { packets: number }, thresholds: {} }),
  /** This machine's own: `rule` is empty where no rule is known. */
  insight('nat-pool', 'nat-exhaustion', {
    names: { address: text, protocol: text, rule: text, destination: text },
    figures: { used: number, ports: number, share: number, translations: number, port: number },
    thresholds: { warnShare: number },
  }),
  /** Days are counted from `lastAt` on; one that is missing stands for never. */
  insight('saturation', 'saturation', {
    names: { interface: text },
    figures: {
      bitsPerSecond: number,
      presentBitsPerSecond: number,
      growthBitsPerSecondADay: number,
      share: number,
      daysLeft: number.optional(),
      earliestDays: number.optional(),
      latestDays: number.optional(),
    },
    thresholds: { fullShare: number, warnDays: number, farDays: number },
  }),
]);
export type FlowInsight = z.infer<typeof flowInsightSchema>;
export type FlowInsightCode = FlowInsight['code'];
/** An insight before it has its English sentence. */
export type FlowFinding = FlowInsight extends infer One
  ? One extends FlowInsight
    ? Omit<One, 'summary'>
    : never
  : never;
