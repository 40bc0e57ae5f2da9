import { QwError, type Configuration } from '../../model/index.ts';
import { parseFilter, predicateOf, termsOf, type FilterNumbers } from '../../explain/index.ts';
import type { FlowRows, KeepRow } from '../../observe/index.ts';
import { flowsTable, rowTester, type Predicate } from '../../store/index.ts';

/** What stays the same for as long as a connection goes on, and is known when its rows are written. */
const lasting = [
  'host',
  'net',
  'port',
  'proto',
  'version',
  'nat-host',
  'nat-port',
  'icmp-type',
  'icmp-code',
  'kind',
  'reporter',
] as const;

/** None of these fields has names. */
const noNumbers: FilterNumbers = { exporters: () => [], numbers: () => [], interfaces: () => [] };

/** Which rows of connections are kept; undefined for all. Throws BAD_INPUT for what is no such expression. */
export function conntrackFilter(text: string): KeepRow | undefined {
  if (text.trim() === '') return undefined;
  const filter = parseFilter(text);
  for (const { field } of termsOf(filter)) {
    if (!lasting.some((one) => one === field)) {
      const hint = `it may ask for ${lasting.join(', ')}`;
      throw new QwError('BAD_INPUT', `${field} is not the same for as long as a connection goes on`, { hint });
    }
  }
  return keepBy(predicateOf(filter, noNumbers));
}

/** The test reads the columns of one batch, and rows are written one batch after the other. */
function keepBy(predicate: Predicate): KeepRow {
  let last: FlowRows | undefined;
  let fits = (_row: number) => true;
  return (rows, row) => {
    if (rows !== last) {
      last = rows;
      const columns = { ...rows.narrow, ...rows.wide };
      fits = rowTester(predicate, flowsTable, { rows: rows.capacity, columns, from: 0, to: Infinity });
    }
    return fits(row);
  };
}

/** What is wrong with the expression in a configuration, at its place there. */
export function conntrackFilterProblems({
  flows,
}: Pick<Configuration, 'flows'>): { path: string[]; message: string }[] {
  try {
    conntrackFilter(flows?.conntrack?.filter ?? '');
    return [];
  } catch (problem) {
    if (!(problem instanceof QwError)) throw problem;
    const message = problem.hint === undefined ? problem.message : `${problem.message}; ${problem.hint}`;
    return [{ path: ['flows', 'conntrack', 'filter'], message }];
  }
}
