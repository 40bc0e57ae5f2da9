import {
  messageOf,
  type FailoverSettings,
  type IpFamily,
  type TrafficClass,
  type UplinkOrder,
  type UplinkSettings,
} from '../../model/index.ts';
import type { Log } from '../../platform/index.ts';
import { matchOf } from './classes.ts';
import { ownTable } from './numbers.ts';

/** The chain that is empty while nothing is degraded. */
export const thinChain = 'thin';
/** The thin uplinks that carry all of a family although there are better ones; none while those do. */
export function thinCarriers(
  uplinks: readonly UplinkSettings[],
  { serving }: Pick<UplinkOrder, 'serving'>,
  mode: FailoverSettings['mode'],
): UplinkSettings[] {
  const names = mode === 'failover' ? serving.slice(0, 1) : serving;
  const carrying = uplinks.filter(({ name }) => names.includes(name));
  const better = uplinks.some(({ thin }) => !thin);
  return better && carrying.every(({ thin }) => thin) ? carrying : [];
}

/** The rules of the degraded profile on these devices, in one address family. */
export function thinRules(
  family: IpFamily,
  devices: readonly string[],
  { classes, degraded }: Pick<FailoverSettings, 'classes' | 'degraded'>,
): string[] {
  if (devices.length === 0) return [];
  const names = `{ ${devices.map((device) => `"${device.replaceAll('"', '')}"`).join(', ')} }`;
  const out = `meta nfproto ipv${family} oifname ${names}`;
  const back = `meta nfproto ipv${family} iifname ${names}`;
  const ways = (one: TrafficClass) => [
    ...fitting(one, family, 'out').map((match) => `${out} ${match}`),
    ...fitting(one, family, 'back').map((match) => `${back} ${match}`),
  ];
  const rules = classes.flatMap((one) => {
    if (one.degraded === 'first') return ways(one).map((match) => `${match} accept`);
    if (one.degraded === 'block') return ways(one).flatMap(refused);
    if (one.degraded === 'keep') return [];
    const { limit } = one.degraded;
    return ways(one).flatMap((match) => [`${match} ${over(limit)} drop`, `${match} accept`]);
  });
  const { limit } = degraded;
  if (limit !== undefined) rules.push(...[out, back].map((match) => `${match} ${over(limit)} drop`));
  return rules;
}

/** Clients are told, so that they neither wait nor try again and again. */
const refused = (match: string) => [
  `${match} meta l4proto tcp reject with tcp reset`,
  `${match} reject with icmpx admin-prohibited`,
];

function fitting(one: TrafficClass, family: IpFamily, way: 'out' | 'back'): string[] {
  const other = family === 4 ? 'ip6 ' : 'ip ';
  return matchOf(one, way).filter((match) => !` ${match}`.includes(` ${other}`));
}

/** The kernel lets through at once what may come in a second (nft_limit: its bucket holds one unit of the rate). */
function over(bitsASecond: number): string {
  return `limit rate over ${Math.floor(bitsASecond / 8)} bytes/second`;
}

/** Puts the degraded profile in force while a thin uplink carries everything, and takes it back. */
export class Degrader {
  readonly #uplinks: readonly UplinkSettings[];
  readonly #failover: FailoverSettings;
  readonly #applyNft: (script: string) => Promise<void>;
  readonly #log: Log;
  #inForce = '';
  #work: Promise<void> = Promise.resolve();

  constructor(
    uplinks: readonly UplinkSettings[],
    failover: FailoverSettings,
    { applyNft, log }: { applyNft: (script: string) => Promise<void>; log: Log },
  ) {
    this.#uplinks = uplinks;
    this.#failover = failover;
    this.#applyNft = applyNft;
    this.#log = log;
  }

  /** To be called after every switch; the rules come a few milliseconds later, since `nft` is a program. */
  follow(orders: readonly UplinkOrder[]): void {
    const thin = new Set<string>();
    const rules = orders.flatMap((order) => {
      const carriers = thinCarriers(this.#uplinks, order, this.#failover.mode);
      for (const { name } of carriers) thin.add(name);
      const devices = carriers.map(({ device }) => device);
      return thinRules(order.family, devices, this.#failover);
    });
    const script = [
      `flush chain inet ${ownTable} ${thinChain}`,
      ...rules.map((rule) => `add rule inet ${ownTable} ${thinChain} ${rule}`),
    ].join('\n');
    if (script === this.#inForce || (this.#inForce === '' && rules.length === 0)) return;
    this.#inForce = script;
    this.#work = this.#work
      .then(() => this.#applyNft(`${script}\n`))
      .then(() => this.#log.info(rules.length === 0 ? 'the degraded profile is over' : this.#description(thin)))
      .catch((error: unknown) => {
        // What was meant is not in force: the next switch tries again.
        this.#inForce = '-';
        this.#log.warning(`the degraded profile is not in force: ${messageOf(error)}`);
      });
  }

  /** Resolves when nothing is under way. */
  settled(): Promise<void> {
    return this.#work;
  }

  #description(thin: ReadonlySet<string>): string {
    const { classes, degraded } = this.#failover;
    const names = (what: 'first' | 'block') => classes.filter((one) => one.degraded === what).map(({ name }) => name);
    const parts = [`degraded profile on ${[...thin].join(', ')}:`];
    for (const [what, list] of [
      ['first', names('first')],
      ['blocked', names('block')],
    ] as const) {
      if (list.length > 0) parts.push(`${what} ${list.join(', ')};`);
    }
    for (const { name, degraded: own } of classes) {
      if (typeof own === 'object') parts.push(`${name} at most ${own.limit / 1000} kbit/s;`);
    }
    if (degraded.limit !== undefined) parts.push(`all others together at most ${degraded.limit / 1000} kbit/s;`);
    return parts.join(' ').replace(/;$/, '');
  }
}
