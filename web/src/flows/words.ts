import type { FlowKey, FlowQuestion, FlowRow } from '../../../src/model/index.ts';
import { figuresOf, type ChartLine } from '../charts/lines.ts';
import type { Unit } from '../charts/units.ts';
import { wordText } from '../text/flows.ts';
import { formatCountry, formatShare } from '../text/format.ts';
import { t } from '../text/text.ts';

/** Words for what an answer holds. */

/** What a key is called; between client and server the ends have other names. */
export function keyName(key: FlowKey, view: FlowQuestion['view']): string {
  if (view === 'client-server') {
    if (key === 'source') return t('flows.client');
    if (key === 'destination') return t('flows.server');
    if (key === 'source-port') return t('flows.clientPort');
    if (key === 'destination-port') return t('flows.serverPort');
  }
  return t(`flows.keys.${key}`);
}

/** A value as people read it; behind it its further words, or the word that filters have for it. */
export function valueText(key: string, value: string, given = ''): string {
  if (value === '') return t('flows.unknown');
  const word = wordText(key, value);
  if (word !== value) return `${word} (${value})`;
  const label = key.endsWith('-country') ? (formatCountry(value) ?? given) : given;
  return label === '' || label === value ? value : `${value} (${label})`;
}

const ends: readonly [string, string][] = [
  ['source', 'destination'],
  ['source-subnet', 'destination-subnet'],
  ['source-name', 'destination-name'],
  ['source-network', 'destination-network'],
  ['source-country', 'destination-country'],
  ['source-as', 'destination-as'],
];

/** A row in one line: two ends of the same kind with an arrow between. */
export function rowName(row: Pick<FlowRow, 'values' | 'labels'>, by: readonly string[]): string {
  const texts = row.values.map((value, index) => valueText(by[index] ?? '', value, row.labels[index]));
  const pair = ends.some(([from, to]) => by[0] === from && by[1] === to);
  if (!pair) return texts.join(', ');
  const [from = '', to = '', ...rest] = texts;
  return [`${from} → ${to}`, ...rest].join(', ');
}

export const unitOf = (measure: FlowQuestion['measure']): Unit => (measure === 'bytes' ? 'bytes' : 'count');
export const rateUnitOf = (measure: FlowQuestion['measure']): Unit =>
  measure === 'bytes' ? 'bytes-per-second' : 'per-second';

/** Half the width of the interval that holds the truth; nothing where all packets were counted. */
export function errorText(error: number | undefined): string {
  if (error === undefined) return t('flows.errorUnknown');
  return error === 0 ? '' : t('flows.error', { share: formatShare(error) });
}

export interface Course {
  row: number;
  rates: readonly number[];
  pastRates?: readonly number[] | undefined;
}

/** Lines of a chart; those of the past have the same colours, since their keys end alike. */
export function linesOf(
  { courses, rows, groupBy }: { courses: readonly Course[]; rows: readonly FlowRow[]; groupBy: readonly string[] },
  unit: Unit,
): ChartLine[] {
  const line = (index: number, name: string, values: readonly number[], past: boolean): ChartLine => ({
    key: `${past ? 1 : 0} ${index} ${name}`,
    name: past ? t('flows.earlier', { name }) : name,
    labels: {},
    unit,
    values,
    past,
    ...figuresOf(values),
  });
  const named = courses.map(({ row, rates, pastRates }) => {
    const shown = rows[row];
    return { row, rates, pastRates, name: shown ? rowName(shown, groupBy) : t('flows.rest') };
  });
  return [
    ...named.map(({ row, name, rates }) => line(row, name, rates, false)),
    ...named.flatMap(({ row, name, pastRates }) => (pastRates ? [line(row, name, pastRates, true)] : [])),
  ];
}
