/** What conditions of alerting policies see: windows over rows as they come. */
export { AlertWindows, type AlertWindowsOptions, type Wanted, type WindowFigures } from './alert-windows.ts';
export type { SampleRow } from './row-values.ts';
export { quorumStates, readQuorum, readVerdicts, type QuorumState, type StandingVerdict } from './standing.ts';
export {
  memoryMs,
  neededMs,
  type ConditionQuery,
  type Figure,
  type Labels,
  type PolicyQuery,
  type RowValue,
  type WindowQuery,
} from './window-query.ts';
