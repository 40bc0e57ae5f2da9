/** Service levels: arithmetic on what was counted and on what the ledger says. */
export {
  added,
  burnDown,
  burnRate,
  compliance,
  errorBudget,
  exhaustedAt,
  type ErrorBudget,
  type Tally,
} from './budget.ts';
export { apartMs, outagesOf, uptimeTallies, withIncidents, type Outage } from './outages.ts';
export { dayBounds, monthAt, monthSpan, nextMonth, periodAt } from './period.ts';
