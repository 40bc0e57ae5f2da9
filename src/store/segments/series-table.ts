/** Names and values of one series; the metric's name is a label too if its owner wants that. */
export type Labels = Readonly<Record<string, string>>;

/** Labels and the numbers that rows have instead. A number is never given to other labels. */
export interface SeriesTable {
  readonly size: number;
  /**
   * The number of these labels, a new one when they are new; the order of labels does not matter. It is durable before
   * any row that names it. Throws `BAD_INPUT` for labels beyond the limits and `TELEMETRY_BEHIND` when there are too many
   * series.
   */
  idOf(labels: Labels): number;
  labelsOf(id: number): Labels | undefined;
  entries(): Iterable<readonly [id: number, labels: Labels]>;
}

export const seriesLimits = {
  labels: 32,
  nameCharacters: 128,
  valueCharacters: 1024,
  series: 200_000,
  totalCharacters: 64 * 1024 * 1024,
} as const;
