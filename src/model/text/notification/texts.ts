import type { Severity } from '../../config/alerts.ts';
import type { IncidentImpact } from '../../incident.ts';
import type { NotificationKind } from '../../ledger.ts';
import type { VerdictState } from '../../verdict.ts';

/** What a message is about. */
export type MessageWord = NotificationKind | 'test';

export type FactName =
  | 'check'
  | 'verdict'
  | 'since'
  | 'lasted'
  | 'reason'
  | 'reasonThen'
  | 'impact'
  | 'severity'
  | 'resource'
  | 'affected'
  | 'others'
  | 'assigned'
  | 'escalation'
  | 'rota'
  | 'documentation'
  | 'runbook'
  | 'incident'
  | 'sentAgain';

/**
 * What stands in notifications, one object a language: what is missing, or takes other words than the others, does not
 * compile. Functions get text that is fit to be shown.
 */
export interface NotificationTexts {
  words: Readonly<Record<MessageWord, string>>;
  facts: Readonly<Record<FactName, string>>;
  verdicts: Readonly<Record<VerdictState, string>>;
  impacts: Readonly<Record<IncidentImpact, string>>;
  severities: Readonly<Record<Severity, string>>;
  /** Titles that the program itself gives; others are somebody's words and stay. */
  titles: {
    verdict(check: string, verdict: string): string;
    drill(check: string, by: string): string;
  };
  verdict(to: string, from: string): string;
  /** Of an escalation, counted from 1. */
  step(escalation: string, step: number): string;
  assigned(to: string, by: string): string;
  /** Behind a list of names that was cut. */
  more(count: number): string;
  sentAgain(watcher: string): string;
  testTitle: string;
  /** The words of a link or button. */
  open: string;
  acknowledge: string;
  acknowledgedBy(who: string): string;
  reasons: ReasonTexts;
}

/** Codes of reasons that say all without a figure. */
export type PlainReasonCode =
  | 'no-reply'
  | 'timeout'
  | 'name-not-resolved'
  | 'connection-refused'
  | 'connection-failed'
  | 'connection-reset'
  | 'network-unreachable'
  | 'host-unreachable'
  | 'tls-failed'
  | 'http-invalid'
  | 'invalid-answer'
  | 'header-too-large'
  | 'content'
  | 'certificate-wrong-name'
  | 'certificate-self-signed'
  | 'certificate-untrusted'
  | 'dns-rcode'
  | 'dns-no-record'
  | 'dns-unexpected'
  | 'no-dns-server'
  | 'icmp-not-allowed'
  | 'source-address-missing'
  | 'pinning-impossible'
  | 'secret-unreadable'
  | 'internal-error'
  | 'starved'
  | 'watcher-overloaded'
  | 'invalid-target'
  | 'file-unreadable'
  | 'address-family'
  | 'device-missing'
  | 'blocked-here'
  | 'packet-too-big'
  | 'canceled'
  | 'undecided'
  | 'disabled'
  | 'reconfigured'
  | 'uplink-dead'
  | 'uplink-bad'
  | 'uplink-held'
  | 'uplink-unknown';

/** What a threshold is compared with. */
export type MeasureCode =
  | 'loss-percent'
  | 'loss-count'
  | 'rtt-max'
  | 'rtt-avg'
  | 'rtt-stdev'
  | 'rtt-jitter'
  | 'tcp-connect-time'
  | 'http-resp-time'
  | 'answer-ms';

export interface ReasonTexts {
  plain: Readonly<Record<PlainReasonCode, string>>;
  measures: Readonly<Record<MeasureCode, string>>;
  /** `measure` is one of the measures, the figures have their units. */
  above(measure: string, value: string, limit: string): string;
  within(reason: string, time: string): string;
  httpStatus(status: string): string;
  certificateExpired(day: string): string;
  certificateFrom(day: string): string;
  certificateDays(days: string): string;
  silent(watchers: string): string;
  byHand(who: string): string;
  anchors(answered: string, of: string, needed: string, reason: string): string;
}
