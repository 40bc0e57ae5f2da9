import { Document, isCollection, isScalar, visit } from 'yaml';
import { translateCheck } from './import-check.ts';
import { mask, type ImportContext, type ImportNote, type Untranslated } from './import-context.ts';
import { lexExport, type ExportRow, type RouterosExport } from './lexer.ts';
import { collectReceivers } from './receivers.ts';
import { collectRows, type MenuRow } from './rows.ts';
import { withoutSecrets } from './secrets.ts';
import { suggestUplinks } from './suggest-uplinks.ts';
import { atLeast } from './values.ts';

export interface RouterosImport {
  /** `quorumwatch.yaml` as a document: kebab-case keys, durations as text. */
  config: Record<string, unknown>;
  /** The same as text. */
  yaml: string;
  /** What has no counterpart, word for word but for secrets; lines are those of the export. */
  untranslated: Untranslated[];
  /** What was decided, assumed or passed over. */
  notes: ImportNote[];
}

const menus = { watch: '/tool netwatch', routes: '/ip route', scripts: '/system script' };

/**
 * Translates a RouterOS export (`/export`, `/tool netwatch export`, with or without `verbose`). Scripts in it are
 * recognised, never run. Never throws on any text.
 */
export function importRouteros(text: string, options: { router?: string } = {}): RouterosImport {
  const lexed = lexExport(text);
  const untranslated: Untranslated[] = [];
  const notes: ImportNote[] = [];
  const note = (line: number, text: string) => void notes.push({ line, text: withoutSecrets(text) });
  const leave = (piece: Untranslated) => void untranslated.push(mask(piece));
  reportLexing(lexed, note, leave);

  const byMenu = Map.groupBy(lexed.rows, (row) => row.menu);
  const rowsOf = (menu: string) => collectRows(byMenu.get(menu) ?? []);
  const watch = rowsOf(menus.watch);
  const scripts = rowsOf(menus.scripts);
  const receivers = collectReceivers(note);
  const context: ImportContext = {
    version: lexed.version,
    router: options.router ?? 'router',
    names: new Map(),
    receivers,
    scripts: new Map(scripts.rows.map((row) => [textOf(row, 'name'), textOf(row, 'source')])),
    usedScripts: new Set(),
    routeComments: new Map(),
    usesRouter: false,
    leave,
    note,
  };
  for (const { row, reason } of watch.problems) {
    leave({ line: row.line, menu: row.menu, item: row.target ?? row.verb, text: row.text, reason });
  }
  for (const { line, text } of watch.notes) note(line, text);
  const checks = watch.rows.map((row) => translateCheck(row, context)).filter((check) => check !== undefined);
  const routes = rowsOf(menus.routes);
  for (const { row, reason } of [...routes.problems, ...scripts.problems]) {
    note(row.line, `${row.menu}: ${row.text} is passed over: ${reason}`);
  }
  reportRoutes(routes.rows, context);
  reportSkipped(byMenu, context, scripts.rows);

  const config: Record<string, unknown> = { watch: checks };
  if (Object.keys(receivers.section).length > 0) config['notify'] = receivers.section;
  if (context.usesRouter) {
    config['routers'] = [
      {
        name: context.router,
        url: 'https://router.example',
        user: 'quorumwatch',
        'password-file': '/run/secrets/router-password',
        'dry-run': true,
      },
    ];
    note(
      1,
      `router ${context.router}: put its address in place of https://router.example, its password into the password-file; it is changed only after dry-run: true is taken away`,
    );
  }
  const from = lexed.version === undefined ? '' : ` ${lexed.version}`;
  const yaml = `# Imported from RouterOS${from}.\n${writeYaml(config)}${suggestUplinks(routes.rows, context)}`;
  notes.sort((a, b) => a.line - b.line);
  untranslated.sort((a, b) => a.line - b.line);
  return { config, yaml, untranslated, notes };
}

/** Small groups stand on one line, as people write them. */
function writeYaml(config: object): string {
  const document = new Document(config, { aliasDuplicateObjects: false });
  visit(document, {
    Pair: (_, pair) => {
      const small = isScalar(pair.key) && (pair.key.value === 'settle' || pair.key.value === 'routeros');
      if (small && isCollection(pair.value)) pair.value.flow = true;
    },
  });
  return document.toString({ lineWidth: 120 });
}

function textOf(row: MenuRow, key: string): string {
  return row.properties.get(key)?.value ?? '';
}

function reportLexing(
  lexed: RouterosExport,
  note: (line: number, text: string) => void,
  leave: (piece: Untranslated) => void,
): void {
  if (lexed.version !== undefined) {
    note(1, `exported by RouterOS ${lexed.version}${lexed.date === undefined ? '' : ` on ${lexed.date}`}`);
  }
  if (lexed.version !== undefined && !atLeast(lexed.version, 7, 0)) {
    note(1, 'where a row says nothing, the defaults of RouterOS 7 are used; those of this older version may differ');
  }
  for (const error of lexed.errors) {
    leave({
      line: error.line,
      menu: '',
      item: `column ${error.column}`,
      text: error.found,
      reason: `expected ${error.expected}`,
    });
  }
  if (lexed.furtherErrors > 0) note(1, `${lexed.furtherErrors} further errors are not listed`);
}

/** Routes stay on the router; what matters is whether the actions find theirs, and what already fails over by itself. */
function reportRoutes(routes: readonly MenuRow[], context: ImportContext): void {
  const comments = new Map<string, number>();
  for (const route of routes) {
    const comment = textOf(route, 'comment');
    const name = comment || textOf(route, 'dst-address') || `line ${route.line}`;
    if (comment) comments.set(comment, (comments.get(comment) ?? 0) + 1);
    const gateway = textOf(route, 'check-gateway');
    if (gateway && gateway !== 'none') {
      context.note(
        route.line,
        `route ${name} has check-gateway=${gateway}: the router itself withdraws it, beside the actions here`,
      );
    }
  }
  const first = routes[0];
  if (first) {
    const list = [...comments].map(([comment, count]) => (count > 1 ? `${comment} (${count} routes)` : comment));
    context.note(first.line, `${menus.routes}: ${routes.length} routes; comments: ${list.join(', ') || 'none'}`);
  }
  for (const [comment, line] of context.routeComments) {
    if (comments.has(comment)) continue;
    const why = first ? 'no route of this export has it' : 'the export holds no routes to compare';
    context.note(line, `an action names the routes with the comment ${comment}: ${why}`);
  }
}

function reportSkipped(
  byMenu: ReadonlyMap<string, readonly ExportRow[]>,
  context: ImportContext,
  scripts: readonly MenuRow[],
): void {
  for (const [menu, rows] of byMenu) {
    if (menu === menus.watch || menu === menus.routes || menu === menus.scripts) continue;
    context.note(rows[0]?.line ?? 1, `${menu}: not translated, ${rows.length} ${rows.length === 1 ? 'line' : 'lines'}`);
  }
  const unused = scripts.filter((row) => !context.usedScripts.has(textOf(row, 'name')));
  const first = unused[0];
  if (!first) return;
  const names = unused.map((row) => textOf(row, 'name')).join(', ');
  context.note(first.line, `${menus.scripts}: not translated, no check names them: ${names}`);
}
