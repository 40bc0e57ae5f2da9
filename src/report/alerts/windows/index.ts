/** What conditions of alerting policies see: windows over rows as they come. */
export { AlertWindows, type WindowFigures } from './alert-windows.ts';
export type { SampleRow } from './row-values.ts';
export { readQuorum, readVerdicts, type QuorumState, type StandingVerdict } from './standing.ts';
export type { WindowFilling } from './window-filling.ts';
export type { ConditionQuery, Figure, Labels, PolicyQuery, RowValue, WindowQuery } from './window-query.ts';
