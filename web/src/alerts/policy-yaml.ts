import { Document, isMap, isSeq, LineCounter, parseDocument } from 'yaml';

/** Policies within a configuration's text. Loaded only by those who edit. */

export { readText, writeText } from '../dashboards/yaml.ts';

const written = { lineWidth: 0 } as const;

function placeOf(document: Document, name: string): number {
  const alerts = document.get('alerts');
  return isSeq(alerts) ? alerts.items.findIndex((one) => isMap(one) && one.get('name') === name) : -1;
}

/** The configuration with a policy in the place of the one called `before`, or behind all others; comments stay. */
export function withPolicy(configuration: string, before: string | undefined, policy: string): string {
  const document = parseDocument(configuration);
  const node = parseDocument(policy).contents;
  const place = before === undefined ? -1 : placeOf(document, before);
  if (place >= 0) document.setIn(['alerts', place], node);
  else if (isSeq(document.get('alerts'))) document.addIn(['alerts'], node);
  else document.set('alerts', [node]);
  return document.toString(written);
}

export function withoutPolicy(configuration: string, name: string): string {
  const document = parseDocument(configuration);
  const place = placeOf(document, name);
  if (place >= 0) document.deleteIn(['alerts', place]);
  return document.toString(written);
}

/** The text of a policy as it stands in the configuration, comments included. */
export function policyText(configuration: string, name: string): string | undefined {
  const document = parseDocument(configuration);
  const place = placeOf(document, name);
  const alerts = document.get('alerts');
  const node = place >= 0 && isSeq(alerts) ? alerts.items[place] : undefined;
  return isMap(node) ? new Document(node).toString(written) : undefined;
}

/** How the configuration calls the place of a policy, such as `alerts[2]`. */
export function pathOf(configuration: string, name: string | undefined): string {
  return `alerts[${name === undefined ? -1 : placeOf(parseDocument(configuration), name)}]`;
}

/**
 * Where in a policy's text the value is that a path names, such as `conditions[0].for`; undefined where it names something
 * else. With `within` the path is one of the configuration, and begins so.
 */
export function lineOf(policy: string, path: string, within?: string): { line: number; column: number } | undefined {
  if (within !== undefined && !path.startsWith(within)) return undefined;
  const lines = new LineCounter();
  const document = parseDocument(policy, { lineCounter: lines });
  const keys = path.replace(/^alerts\[\d+\]\.?/, '').match(/[^.[\]]+/g) ?? [];
  for (let length = keys.length; length >= 0; length--) {
    const found: unknown = length === 0 ? document.contents : document.getIn(keys.slice(0, length), true);
    const range = (found as { range?: [number, number, number] } | undefined)?.range;
    if (!range) continue;
    const { line, col } = lines.linePos(range[0]);
    return { line, column: col };
  }
  return undefined;
}
