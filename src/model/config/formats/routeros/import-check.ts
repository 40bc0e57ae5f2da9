import { cleanName, host } from '../../../scalars.ts';
import { parseDuration } from '../../../time.ts';
import type { ImportContext } from './import-context.ts';
import {
  isNetwatchProperty,
  netwatchProperties,
  netwatchTypes,
  propertyOf,
  rangeOf,
  readValue,
  type DocumentValue,
  type NetwatchProperty,
} from './properties.ts';
import type { MenuRow } from './rows.ts';
import { translateActions } from './import-actions.ts';
import { atLeast } from './values.ts';

/** A check as `quorumwatch.yaml` writes it. */
export type CheckDocument = Record<string, unknown>;

/** Values that the router shows and nobody sets; a copied `print` may hold them. */
const readOnly =
  /^(status|since|done-tests|failed-tests|sent-count|response-count|loss-count|loss-percent|rtt-(avg|min|max|jitter|stdev)|tcp-connect-time|http-status-code|http-resp-time|ip6?|mail-servers|name-servers|\.id)$/;
const hostSchema = host();
const handledApart = new Set(['name', 'host', 'type', 'up-script', 'down-script', 'test-script']);

/** One `/tool netwatch` row as a check; undefined when it cannot be one. */
export function translateCheck(row: MenuRow, context: ImportContext): CheckDocument | undefined {
  const value = (key: string) => row.properties.get(key)?.value ?? '';
  const type = value('type') || 'simple';
  const item = value('name') || value('comment') || value('host') || `line ${row.line}`;
  const leave = (text: string, reason: string, line = row.line) =>
    context.leave({ line, menu: '/tool netwatch', item, text, reason });
  if (!(netwatchTypes as readonly string[]).includes(type)) {
    leave(row.text, `expected type ${netwatchTypes.join(', ')}, found ${type}`);
    return undefined;
  }
  const { address, table } = splitHost(value('host'));
  if (!hostSchema.safeParse(address).success) {
    leave(row.text, `expected host= with an address or a name, found ${address || 'none'}`);
    return undefined;
  }
  const check: CheckDocument = { name: uniqueName(row, context), type, host: address };
  if (table !== '' && table !== 'main') {
    const device = /^[^\s/]{1,15}$/.test(table) ? table : undefined;
    if (device === undefined) leave(`host=${value('host')}`, 'a device has at most 15 characters; probed without one');
    else {
      check['device'] = device;
      context.note(
        row.line,
        `the table ${device} of host becomes device: ${device}, a VRF of that name on this machine`,
      );
    }
  }

  const ignored: string[] = [];
  const shown: string[] = [];
  for (const [key, given] of row.properties) {
    if (handledApart.has(key)) continue;
    const property = propertyOf(type, key);
    if (property) readProperty(property, given.value, check, (text, reason) => leave(text, reason, given.line));
    else if (key === 'http-code-min' || key === 'http-code-max') {
      if (!propertyOf(type, 'http-codes')) ignored.push(key);
    } else if (isNetwatchProperty(key)) ignored.push(key);
    else if (readOnly.test(key)) shown.push(key);
    else leave(`${key}=${given.value}`, 'not a setting of netwatch that is known');
  }
  if (ignored.length > 0) {
    context.note(row.line, `${item}: ignored, as on the router, because the type is ${type}: ${ignored.join(', ')}`);
  }
  if (shown.length > 0) context.note(row.line, `${item}: read-only values are ignored: ${shown.join(', ')}`);
  readFormerCodes(row, check, leave);
  fillDefaults(row, type, item, check, context);

  for (const [list, status] of [
    ['up', 'up'],
    ['down', 'down'],
    ['test', undefined],
  ] as const) {
    const script = row.properties.get(`${list}-script`);
    if (!script?.value.trim()) continue;
    const constants = new Map([
      ['host', value('host')],
      ['type', type],
      ['name', value('name')],
      ['comment', value('comment')],
      ...(status ? [['status', status] as const] : []),
    ]);
    const actions = translateActions(list, script, constants, item, context);
    if (actions.length > 0) check[list] = actions;
  }
  return ordered(check);
}

function uniqueName(row: MenuRow, context: ImportContext): string {
  const clean = (key: string) => cleanName(row.properties.get(key)?.value ?? '');
  const written = row.properties.get('name')?.value || undefined;
  const given = clean('name');
  const base = given || clean('comment') || clean('host') || `line ${row.line}`;
  if (!given)
    context.note(
      row.line,
      `no name ${written === undefined ? 'is given' : 'can be made of the one given'}, the check is called ${base}`,
    );
  else if (given !== written) {
    context.note(row.line, `names have no control characters and at most 100 others: the check is called ${given}`);
  }
  let name = base;
  for (let number = context.names.get(base) ?? 2; context.names.has(name); number++) {
    const suffix = `-${number}`;
    name = cleanName(base.slice(0, 100 - suffix.length)) + suffix;
    context.names.set(base, number + 1);
  }
  if (name !== base) context.note(row.line, `the name ${base} is taken already, the check is called ${name}`);
  context.names.set(name, 2);
  return name;
}

/** `1.2.3.4@vrf`: on Linux a VRF is a device, and probes bound to it use its table. */
function splitHost(text: string): { address: string; table: string } {
  const at = text.lastIndexOf('@');
  return at < 0 ? { address: text, table: '' } : { address: text.slice(0, at), table: text.slice(at + 1) };
}

function readProperty(
  property: NetwatchProperty,
  text: string,
  check: CheckDocument,
  leave: (text: string, reason: string) => void,
): void {
  // An empty value means "not set"; exports write http-codes="" on every row.
  if (text === '') return;
  if (property.key === 'src-address' && (text === '0.0.0.0' || text === '::')) return;
  const written = `${property.key}=${text}`;
  const read = readValue(property, text);
  if ('expected' in read) return leave(written, `expected ${read.expected}; the default is used`);
  let value: DocumentValue = read.value;
  const range = rangeOf(property);
  const within = range ? clamp(range, value) : value;
  if (within !== value) {
    leave(written, `outside ${range?.join(' to ')}; ${within} is used`);
    value = within;
  }
  if (property.key === 'comment' && text.length > 1000) {
    value = text.slice(0, 1000);
    leave(written, 'longer than 1000 characters; shortened');
  }
  check[property.key] = value;
}

/** The nearest value that our schema allows. */
function clamp(range: readonly [DocumentValue, DocumentValue], value: DocumentValue): DocumentValue {
  const toNumber = (one: DocumentValue) => (typeof one === 'string' ? (parseDuration(one) ?? 0) : Number(one));
  const [low, high] = range;
  if (toNumber(value) < toNumber(low)) return low;
  return toNumber(value) > toNumber(high) ? high : value;
}

function readFormerCodes(row: MenuRow, check: CheckDocument, leave: (text: string, reason: string) => void): void {
  const low = row.properties.get('http-code-min')?.value;
  const high = row.properties.get('http-code-max')?.value;
  const property = propertyOf(String(check['type']), 'http-codes');
  if (!property || check['http-codes'] !== undefined || (low === undefined && high === undefined)) return;
  const text = `${low ?? 100}-${high ?? 299}`;
  const read = readValue(property, text);
  if ('value' in read) check['http-codes'] = read.value;
  else leave(`http-code-min=${low ?? ''} http-code-max=${high ?? ''}`, `expected ${read.expected}`);
}

/** What RouterOS does where the row says nothing, where our default is another; values equal to ours are left out. */
function fillDefaults(row: MenuRow, type: string, item: string, check: CheckDocument, context: ImportContext): void {
  check['settle'] = { down: '1/1', up: '1/1' };
  if (type === 'simple' && check['interval'] === undefined) {
    const version = context.version;
    check['interval'] = version !== undefined && atLeast(version, 7, 20) ? '1m' : '10s';
    const why = version === undefined ? 'the export names no version' : `as in RouterOS ${version}`;
    context.note(row.line, `${item}: no interval is given, ${String(check['interval'])} is used (${why})`);
  }
  for (const property of netwatchProperties) {
    if (property.types && !property.types.includes(type)) continue;
    const ours = property.ourDefault ?? property.routerosDefault;
    check[property.key] ??= property.routerosDefault;
    if (check[property.key] === undefined || check[property.key] === ours) delete check[property.key];
  }
}

const order = ['name', 'type', 'host', 'device', ...netwatchProperties.map(({ key }) => key), 'settle', 'up', 'down'];
const rank = new Map(order.map((key, index) => [key, index]));

/** What it is first, how it is judged and what is done last. */
function ordered(check: CheckDocument): CheckDocument {
  const rankOf = (key: string) => rank.get(key) ?? order.length;
  return Object.fromEntries(Object.entries(check).sort(([a], [b]) => rankOf(a) - rankOf(b)));
}
