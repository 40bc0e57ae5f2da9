import { safeParse } from 'zod';
import type { ProbeDefinition } from '../../../probe.ts';
import { isAddress } from '../../../scalars.ts';
import { netwatchProperties, netwatchTypes, writeValue } from './properties.ts';
import { asFields, writeScript } from './script-source.ts';

type Fields = Readonly<Record<string, unknown>>;

/** What RouterOS cannot say: of one check, or of the whole configuration when `item` is empty. */
export interface Unexportable {
  item: string;
  text: string;
  reason: string;
}

export interface WrittenCheck {
  /** Undefined when RouterOS cannot watch this at all. */
  properties: [key: string, value: string][] | undefined;
  untranslated: Unexportable[];
  /** Routers that its actions name. */
  routers: string[];
}

/** Keys of ours without counterpart, with the values that mean "not used". */
const ours: Readonly<Record<string, (value: unknown) => boolean>> = {
  anchors: () => false,
  'anchors-required': () => false,
  'retry-interval': () => false,
  mark: () => false,
  'address-family': (value) => value === 'auto',
  labels: (value) => Object.keys(asFields(value)).length === 0,
  'depends-on': isEmpty,
  watchers: (value) => {
    const { select, rule, k } = asFields(value);
    return select === undefined && k === undefined && (rule === undefined || rule === 'bft');
  },
  degraded: isEmpty,
};
const structural = new Set(['name', 'type', 'host', 'device', 'settle', 'up', 'down', 'test', 'options']);

/** One check as the properties of a `/tool netwatch` row, in the alphabetical order of RouterOS's own exports. */
export function writeCheck(check: Fields, receivers: Fields, probes: readonly ProbeDefinition[]): WrittenCheck {
  const item = typeof check['name'] === 'string' ? check['name'] : '';
  const untranslated: Unexportable[] = [];
  const leave = (text: string, reason: string) => void untranslated.push({ item, text, reason });
  const type = typeof check['type'] === 'string' ? check['type'] : 'simple';
  if (!(netwatchTypes as readonly string[]).includes(type)) {
    leave(`type: ${type}`, `RouterOS has ${netwatchTypes.join(', ')}`);
    return { properties: undefined, untranslated, routers: [] };
  }
  const anchors = Array.isArray(check['anchors']) ? check['anchors'] : [];
  if (typeof check['host'] !== 'string') {
    const reason = 'RouterOS watches one host; make a check of each anchor';
    leave(`anchors: ${anchors.map(String).join(', ')}`, reason);
    return { properties: undefined, untranslated, routers: [] };
  }
  const properties: [string, string][] = [
    ['name', item],
    ['host', writeHost(check['host'], check['device'], leave)],
  ];
  if (type !== 'simple') properties.push(['type', type]);
  const flat = flatten(check);
  const probe = probes.find((one) => one.type === type);
  const known = new Set<string>();
  for (const property of netwatchProperties) {
    if (property.types && !property.types.includes(type)) continue;
    known.add(property.key);
    const given = flat[property.key] ?? property.ourDefault ?? property.routerosDefault;
    if (given === undefined) continue;
    const value = writeValue(property, given);
    if (value === undefined) {
      leave(`${property.key}: ${JSON.stringify(given)}`, 'not a value that RouterOS has');
      // Asking for another record would be another check.
      if (property.kind === 'record') return { properties: undefined, untranslated, routers: [] };
      continue;
    }
    const byDefault =
      property.routerosDefault === undefined ? value === '' : value === writeValue(property, property.routerosDefault);
    // The default interval of simple is 10s or 60s, by version.
    const always = property.key === 'interval' && type === 'simple';
    if (!byDefault || always) properties.push([property.key, value]);
  }
  for (const [key, value] of Object.entries(flat)) {
    if (known.has(key) || structural.has(key) || value === undefined) continue;
    if (ours[key]?.(value) || repeatsDefault(probe?.options[key], value)) continue;
    leave(`${key}: ${JSON.stringify(value)}`, 'RouterOS has no such setting');
  }
  leaveSettle(asFields(check['settle']), leave);

  const routers: string[] = [];
  for (const list of ['up', 'down', 'test'] as const) {
    const actions = Array.isArray(check[list]) ? check[list] : [];
    const script = writeScript(actions, item, receivers);
    for (const piece of script.untranslated) leave(`${list}: ${piece.text}`, piece.reason);
    if (script.source) properties.push([`${list}-script`, script.source]);
    for (const action of actions.map(asFields)) {
      const router = asFields(action['routeros'])['router'] ?? action['router'];
      if (typeof router === 'string') routers.push(router);
    }
  }
  properties.sort(([a], [b]) => (a < b ? -1 : 1));
  return { properties, untranslated, routers };
}

/** The value is compared as the document has it and as validation left it. */
function repeatsDefault(schema: ProbeDefinition['options'][string] | undefined, value: unknown): boolean {
  if (!schema) return false;
  const byDefault = safeParse(schema, undefined);
  if (!byDefault.success) return false;
  const wanted = JSON.stringify(byDefault.data);
  return wanted === JSON.stringify(value) || wanted === JSON.stringify(safeParse(schema, value).data);
}

function isEmpty(value: unknown): boolean {
  return Array.isArray(value) && value.length === 0;
}

/** The document has the keys of the type beside the common ones, the configuration has them under `options`. */
function flatten(check: Fields): Fields {
  return { ...check, ...asFields(check['options']) };
}

function writeHost(host: string, device: unknown, leave: (text: string, reason: string) => void): string {
  if (typeof device !== 'string') return host;
  if (isAddress(host) && !host.includes('%')) return `${host}@${device}`;
  leave(`device: ${device}`, 'RouterOS can name a routing table only behind a plain address');
  return host;
}

/** RouterOS believes the first answer, always. */
function leaveSettle(settle: Fields, leave: (text: string, reason: string) => void): void {
  for (const side of ['down', 'up']) {
    const given = settle[side] ?? '2/3';
    const { m, r } = asFields(given);
    const text = typeof given === 'string' ? given : `${String(m)}/${String(r)}`;
    if (text !== '1/1') leave(`settle ${side}: ${text}`, 'RouterOS changes after one round');
  }
  const hold = settle['hold-down'];
  if (hold !== undefined && hold !== 0 && hold !== '0s') {
    leave(`settle hold-down: ${JSON.stringify(hold)}`, 'RouterOS does not hold a state');
  }
}
