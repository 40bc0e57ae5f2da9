import type { Opinion, OpinionState } from './opinion.ts';
import type { EpochMs, Milliseconds } from './time.ts';

/** Ways out to the Internet: how they are probed, what is thought of them, and what was done about it. */

/**
 * `unknown`: never answered, or this machine cannot tell; `up`; `bad`: it answers, but not as well as it usually does;
 * `dead`: nothing answers; `held`: it answers again and must go on doing so before it is used.
 */
export type UplinkState = 'unknown' | 'up' | 'bad' | 'dead' | 'held';

export type IpFamily = 4 | 6;

/** What an anchor is asked; several kinds, because each is blind to some faults. */
export type AnchorKind = 'icmp' | 'large' | 'tcp' | 'http' | 'dns';

/** One address that is asked one kind of question through an uplink. */
export type UplinkAnchor =
  | { kind: 'icmp' | 'large'; address: string; family: IpFamily }
  | { kind: 'tcp'; address: string; family: IpFamily; port: number }
  | {
      kind: 'http';
      address: string;
      family: IpFamily;
      port: number;
      path: string;
      /** The Host header. */
      host: string;
      status: number;
      /** What the body must hold: a captive portal answers too. */
      contains?: string;
    }
  | {
      kind: 'dns';
      /** The server. */
      address: string;
      family: IpFamily;
      name: string;
      /** The addresses that the answer must have; without them any answer counts. */
      expect?: readonly string[];
    };

/** What one uplink is thought of in one address family. */
export interface UplinkOpinion {
  uplink: string;
  family: IpFamily;
  state: UplinkState;
  /** On the monotonic clock of the process that judges. */
  sinceMs: Milliseconds;
  /** A sentence's end: `no answer to 9 probes in 63 ms`. */
  reason: string;
  /** Kinds of probe that used to be answered here and now are not. */
  failing: readonly AnchorKind[];
  lossPercent: number;
  /** Median of the window; undefined before the first answer. */
  rttMs?: Milliseconds;
  jitterMs?: Milliseconds;
  /** What the median usually is. */
  usualRttMs?: Milliseconds;
  /** When `held`: for how much longer. */
  holdLeftMs?: Milliseconds;
  /** By the formula of Nagios, over the last 20 changes. */
  flapPercent: number;
  /** When the last answer came, on the same clock; absent before the first. */
  lastAnswerMs?: Milliseconds;
  /** When the suspicion arose that there may be none any more; absent while there is none. */
  suspectedMs?: Milliseconds;
}

/** Which uplinks carry new connections of one family, best first. */
export interface UplinkOrder {
  family: IpFamily;
  /** Names; with `failover` the first carries all, with `balance` all share. */
  serving: readonly string[];
  /** Those that were left because they are dead or bad: their connections are moved. */
  leaving: readonly string[];
}

/** The recorded proof of a switch. */
export interface UplinkReceipt {
  family: IpFamily;
  serving: readonly string[];
  left: readonly string[];
  /** The commands, as a shell would be given them. */
  commands: readonly string[];
  /** Nothing was changed: it was only said what would be. */
  dryRun: boolean;
  /** The kernel, asked afterwards, has what was wanted. */
  verified: boolean;
  /** What the kernel refused, or what it had instead. */
  problems: readonly string[];
  tookMs: Milliseconds;
}

/**
 * Why an uplink was left or taken up again. `dead`, `bad`, `carrier`: what was seen here; `failback`: a better one is
 * good again; `silent`: it did not answer for too long after the start; `verdict`: the cluster says so; `reversal`: the
 * cluster contradicts what was done; `drill`: on purpose; `repair`: nothing was switched, somebody else had changed the
 * routes and they were put back.
 */
export const switchCauses = [
  'dead',
  'bad',
  'carrier',
  'silent',
  'failback',
  'operator',
  'drill',
  'verdict',
  'reversal',
  'repair',
] as const;
export type SwitchCause = (typeof switchCauses)[number];

/** What an uplink was thought of at the moment of a switch; `since` is on the clock of the watcher that switched. */
export interface UplinkEvidence extends Omit<UplinkOpinion, 'sinceMs' | 'family' | 'lastAnswerMs' | 'suspectedMs'> {
  since: EpochMs;
}

/** How long each step took, on one clock. */
export interface SwitchTimings {
  /** On the clock of the watcher that switched. */
  decidedAt: EpochMs;
  /** Between the last answer by the uplink that was left and the decision; absent when it never answered. */
  lastAnswerBeforeMs?: Milliseconds;
  /** Between the first probe that was missed and the decision. */
  suspicionBeforeMs?: Milliseconds;
  /** From the decision until the kernel had the new routes. */
  switchedAfterMs: Milliseconds;
  /** From the decision until they were read back. */
  readBackAfterMs: Milliseconds;
}

/** What RouterOS Netwatch with an interval of 5 s and a timeout of 1 s would have done: one address, one question. */
export interface PlainNetwatch {
  /** `by-chance`: when its one packet happens to be among those that are lost. */
  notices: 'surely' | 'by-chance' | 'never';
  intervalMs: Milliseconds;
  timeoutMs: Milliseconds;
  /** The outage between the best and the worst moment for the fault to happen; absent where it would not surely notice. */
  outage?: { leastMs: Milliseconds; expectedMs: Milliseconds; mostMs: Milliseconds };
}

/** One switch of one address family, as the watcher that did it says. */
export interface UplinkSwitch {
  /** The watcher's name, the time of the decision on its clock, and the family: `w1/1767225600000/4`. */
  id: string;
  /** The watcher that switched. */
  watcher: string;
  family: IpFamily;
  /** What served before, best first. */
  from: readonly string[];
  to: readonly string[];
  cause: SwitchCause;
  /** Who decided: a watcher's name, `operator NAME`, or `cluster`. */
  by: string;
  /** Ledger positions of the transitions that it rests on. */
  transitions?: readonly number[];
  timings: SwitchTimings;
  evidence: readonly UplinkEvidence[];
  receipt: Pick<UplinkReceipt, 'commands' | 'dryRun' | 'verified' | 'problems'>;
  /** Absent where nothing had failed. */
  plainNetwatch?: PlainNetwatch;
}

/** An uplink was failed on purpose, and what came of it. */
export interface UplinkDrill {
  /** The watcher's name and the time of the beginning on its clock: `w1/1767225600000`. */
  id: string;
  watcher: string;
  uplink: string;
  /** Who asked for it. */
  by: string;
  startedAt: EpochMs;
  /** For how long it was to be failed. */
  forMs: Milliseconds;
  /** `passed`: another uplink took over and traffic came back to where it was wanted; `interrupted`: the watcher ended. */
  outcome: 'passed' | 'failed' | 'interrupted';
  /** One sentence. */
  text: string;
  families: readonly DrillFigures[];
}

/** A drill in one address family. */
export interface DrillFigures {
  family: IpFamily;
  /** What took over; absent when nothing did. */
  to?: string;
  /** From the failure until it was decided that the uplink is dead. */
  detectedAfterMs?: Milliseconds;
  /** From the failure until the kernel had the new routes: the outage of new connections. */
  switchedAfterMs?: Milliseconds;
}

/** On an opinion about an uplink that is failed on purpose. */
export interface DrillMark {
  /** Who asked for it. */
  by: string;
  endsAt: EpochMs;
}

/** Among the values of the opinion's evidence, which are signed with it. */
export function valuesOfDrill({ by, endsAt }: DrillMark): { 'drill-by': string; 'drill-ends-at': number } {
  return { 'drill-by': by.slice(0, 100), 'drill-ends-at': endsAt };
}

export function drillMarkOf({ results }: Pick<Opinion, 'results'>): DrillMark | undefined {
  const { 'drill-by': by, 'drill-ends-at': endsAt } = results[0]?.values ?? {};
  return typeof by === 'string' && typeof endsAt === 'number' ? { by, endsAt } : undefined;
}

/** The name under which the cluster judges an uplink: `uplink/isp1/ipv4`. */
export function uplinkCheck(uplink: string, family: IpFamily): string {
  return `uplink/${uplink}/ipv${family}`;
}

/** The uplink and family that such a name means; undefined for a name that is none of these. */
export function uplinkOfCheck(check: string): { uplink: string; family: IpFamily } | undefined {
  const match = /^uplink\/(.+)\/ipv([46])$/.exec(check);
  return match ? { uplink: match[1] as string, family: match[2] === '4' ? 4 : 6 } : undefined;
}

const opinionStates: Readonly<Record<UplinkState, OpinionState>> = {
  unknown: 'unknown',
  up: 'up',
  bad: 'degraded',
  dead: 'down',
  // It answers, and is not used yet: no outage any more, and no reason to say that all is well.
  held: 'degraded',
};

/** What the cluster is told of an uplink's state. */
export function opinionOfUplink(state: UplinkState): OpinionState {
  return opinionStates[state];
}
