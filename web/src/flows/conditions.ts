import type { FlowQuestion } from '../../../src/model/index.ts';

/** Basic filters: a field and a value each. Values of one field are alternatives, different fields all have to hold. */

const hostOf = (end: string) => (value: string) => `${end}${value.includes('/') ? 'net' : 'host'} ${value}`;
const quoted = (value: string) => `"${value.replaceAll(/["\\]/g, String.raw`\$&`)}"`;

/** What can be asked without knowing the language of filters, and what it is there; a network has a slash. */
const expressions = {
  host: hostOf(''),
  source: hostOf('src '),
  destination: hostOf('dst '),
  client: hostOf('client '),
  server: hostOf('server '),
  port: (value: string) => `port ${value}`,
  'source-port': (value: string) => `src port ${value}`,
  'destination-port': (value: string) => `dst port ${value}`,
  'client-port': (value: string) => `client port ${value}`,
  'server-port': (value: string) => `server port ${value}`,
  protocol: (value: string) => `proto ${value}`,
  'source-name': (value: string) => `src name ${quoted(value)}`,
  'destination-name': (value: string) => `dst name ${quoted(value)}`,
  'source-network': (value: string) => `src network ${quoted(value)}`,
  'destination-network': (value: string) => `dst network ${quoted(value)}`,
  'source-country': (value: string) => `src country ${value}`,
  'destination-country': (value: string) => `dst country ${value}`,
  'source-as': (value: string) => `src as ${value}`,
  'destination-as': (value: string) => `dst as ${value}`,
  exporter: (value: string) => `exporter ${quoted(value)}`,
} as const;

export type ConditionField = keyof typeof expressions;
export const conditionFields = Object.keys(expressions) as ConditionField[];

/** A value as the field has them. */
export function exampleOf(field: ConditionField): string {
  if (field === 'protocol') return 'tcp';
  if (field === 'exporter') return 'edge';
  if (field.endsWith('port')) return '443';
  if (field.endsWith('-as')) return '64500';
  if (field.endsWith('-country')) return 'DE';
  return field.endsWith('-name') || field.endsWith('-network') ? 'web-1' : '10.0.0.80, 10.0.0.0/8';
}

export interface Condition {
  field: ConditionField;
  value: string;
}

const mostConditions = 50;

/** A line each, `field=value`; what is not understood is left out. */
export const readConditions = (text: string): Condition[] =>
  text
    .split('\n')
    .slice(0, mostConditions)
    .flatMap((line) => {
      const [name = '', ...rest] = line.split('=');
      const field = conditionFields.find((one) => one === name);
      const value = rest.join('=').trim();
      return field === undefined || value === '' ? [] : [{ field, value }];
    });

export const writeConditions = (conditions: readonly Condition[]): string =>
  conditions.map(({ field, value }) => `${field}=${value}`).join('\n');

const alternatives = /\bor\b|\|\|/i;
const held = (expression: string) => (alternatives.test(expression) ? `(${expression})` : expression);

/** Two filters that both have to hold; an empty one holds always. */
export function both(first: string, second: string): string {
  if (first.trim() === '') return second.trim();
  if (second.trim() === '') return first.trim();
  return `${held(first.trim())} and ${held(second.trim())}`;
}

/** Basic filters and an expression as one expression. */
export function expressionOf(conditions: readonly Condition[], filter: string): string {
  const fields = Map.groupBy(conditions, ({ field }) => field);
  const basic = [...fields.values()].map((group) =>
    group.map(({ field, value }) => expressions[field](value)).join(' or '),
  );
  return [...basic, filter].reduce(both, '');
}

/** A condition more; one that is there already changes nothing. */
export const withCondition = (conditions: readonly Condition[], more: Condition): Condition[] =>
  conditions.some(({ field, value }) => field === more.field && value === more.value)
    ? [...conditions]
    : [...conditions, more];

const ends = { source: 'client', destination: 'server' } as const;

/**
 * The condition that a value in the table stands for. Between client and server traffic goes both ways, so that a filter
 * by one end of the packets would show half of it.
 */
export function conditionFor(key: string, value: string, view: FlowQuestion['view']): Condition | undefined {
  if (value === '') return undefined;
  const [, end, rest = ''] = /^(source|destination)(-.*)?$/.exec(key) ?? [];
  const isEnd = end === 'source' || end === 'destination';
  // A subnet is asked for as an address with a slash.
  const tail = rest === '-subnet' ? '' : rest;
  const wanted = isEnd ? `${view === 'client-server' ? ends[end] : end}${tail}` : key;
  const field = conditionFields.find((one) => one === wanted);
  return field && { field, value };
}
