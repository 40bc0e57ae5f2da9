import type { ReasonSentence } from './sentence-list.ts';

/** Codes of reasons that say all without a figure. */
type PlainReasonCode =
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
type MeasureCode =
  | 'loss-percent'
  | 'loss-count'
  | 'rtt-max'
  | 'rtt-avg'
  | 'rtt-stdev'
  | 'rtt-jitter'
  | 'tcp-connect-time'
  | 'http-resp-time'
  | 'answer-ms';

/** Why something is so, in a language other than English: what watchers say is English already. */
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
  sentences: Readonly<Record<ReasonSentence, string>>;
  /** Between the two last of a list. */
  and: string;
}
