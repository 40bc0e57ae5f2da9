import type { FlowConntrackSettings, FlowMetadata } from '../../../model/index.ts';
import type { FlowRows } from '../decode/flow-rows.ts';
import type { Enrich } from '../sink.ts';

type NarrowName = keyof FlowRows['narrow'];

/** Columns that other passes fill. What connections are translated to is left out where rows are written. */
const columnsOf: Readonly<Record<Exclude<FlowMetadata, 'nat'>, readonly NarrowName[]>> = {
  names: ['source_name', 'destination_name'],
  networks: ['source_network', 'destination_network'],
  countries: ['source_country', 'destination_country'],
  as: ['source_as', 'destination_as'],
  interfaces: ['input', 'output'],
};

export function hasMetadata(settings: Pick<FlowConntrackSettings, 'metadata'>, what: FlowMetadata): boolean {
  return settings.metadata === 'all' || (settings.metadata !== 'none' && settings.metadata.includes(what));
}

/** Takes away what rows of this exporter are not to have; it goes after all passes that add. */
export function withoutMetadata(settings: Pick<FlowConntrackSettings, 'metadata'>, exporter: number): Enrich {
  const columns = Object.entries(columnsOf).flatMap(([what, names]) =>
    hasMetadata(settings, what as FlowMetadata) ? [] : names,
  );
  return (rows) => {
    // Rows of one batch are of one source, or this pass has nothing to do with them.
    if (columns.length === 0 || rows.narrow.exporter[0] !== exporter) return;
    for (const name of columns) rows.narrow[name].fill(0, 0, rows.rows);
  };
}
