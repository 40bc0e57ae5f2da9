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
}
