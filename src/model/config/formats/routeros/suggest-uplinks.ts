import { z } from 'zod';
import { name } from '../../../scalars.ts';
import type { ImportContext } from './import-context.ts';
import type { MenuRow } from './rows.ts';
import { withoutSecrets } from './secrets.ts';

const furthest = 100;
const mostUplinks = 16;

/**
 * Lines of a YAML comment with the sections that would switch the same default routes as uplinks. None where the
 * routes are not known from the export: with one comment and one gateway's address each, static, enabled, of distances
 * that say which is preferred.
 */
export function suggestUplinks(routes: readonly MenuRow[], context: ImportContext): string {
  const named = [...context.routeComments.keys()];
  const ways = routes.filter(isDefault).map((row) => ({
    comment: value(row, 'comment'),
    gateway: value(row, 'gateway'),
    distance: Number(value(row, 'distance') || '1'),
    enabled: value(row, 'disabled') !== 'yes',
  }));
  const each = new Set(ways.map(({ comment }) => comment));
  const distances = new Set(ways.map(({ distance }) => distance));
  const known = ways.every(
    ({ comment, gateway, distance, enabled }) =>
      name().safeParse(comment).success &&
      withoutSecrets(comment) === comment &&
      z.ipv4().safeParse(gateway).success &&
      Number.isInteger(distance) &&
      distance <= furthest &&
      enabled,
  );
  const distinct = each.size === ways.length && distances.size === ways.length;
  if (named.length === 0 || ways.length < 2 || ways.length > mostUplinks || !known || !distinct) return '';
  if (!named.every((comment) => each.has(comment))) return '';
  const sorted = ways.toSorted((a, b) => a.distance - b.distance);
  return [
    'These routes can be switched as uplinks, in place of the actions on them. DEVICE is that of the watcher’s machine',
    'by which it probes through the uplink; the address of the router and the user are to be filled in.',
    'uplinks:',
    ...sorted.map(({ comment, gateway }) => `  - { name: ${quoted(comment)}, device: DEVICE, gateway: ${gateway} }`),
    'failover:',
    '  act: local-evidence',
    '  dry-run: true',
    '  router:',
    '    routeros:',
    '      url: https://router.example',
    '      user: quorumwatch',
    '      password-file: /run/secrets/router-password',
    '    routes:',
    ...sorted.map(({ comment }) => `      ${quoted(comment)}: ${quoted(comment)}`),
  ]
    .map((line) => `# ${line}\n`)
    .join('');
}

function isDefault(row: MenuRow): boolean {
  const table = value(row, 'routing-table') || 'main';
  return (value(row, 'dst-address') || '0.0.0.0/0') === '0.0.0.0/0' && table === 'main' && !row.removed;
}

function value(row: MenuRow, key: string): string {
  return row.properties.get(key)?.value ?? '';
}

function quoted(text: string): string {
  return JSON.stringify(text);
}
