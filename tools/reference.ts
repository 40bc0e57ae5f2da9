import { certificateReasonTable, commonCheckOptions, errorTable } from '../src/model/index.ts';
import { describedRoutes, leastRole } from '../src/server/index.ts';
import { flowExportersPage } from './flow-exporters.ts';
import { atLeast, configurationJsonSchema, configurationParts, roles, type Role } from '../src/watcher/index.ts';

/** The generated files by path: one source, the schemas, for validation and for what people read. */
export function generated(): Record<string, string> {
  return {
    'quorumwatch.schema.json': `${JSON.stringify(configurationJsonSchema(), undefined, 2)}\n`,
    'docs/reference/configuration.md': configurationPage(),
    'docs/reference/errors.md': errorsPage(),
    'docs/reference/roles.md': rolesPage(),
    'docs/reference/certificate-reasons.md': certificateReasonsPage(),
    ...flowExportersPage(),
  };
}

interface Schema {
  type?: string | string[];
  description?: string;
  default?: unknown;
  enum?: (string | number)[];
  const?: string | number;
  examples?: (string | number)[];
  properties?: Record<string, Schema>;
  additionalProperties?: Schema | boolean;
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  $ref?: string;
  format?: string;
  minimum?: number;
  maximum?: number;
}

function configurationPage(): string {
  const root = configurationJsonSchema() as Schema & { $defs?: Record<string, Schema> };
  const properties = root.properties ?? {};
  const variants = properties['watch']?.items?.oneOf ?? properties['watch']?.items?.anyOf ?? [];
  const first = variants[0]?.properties ?? {};
  const common = Object.keys(commonCheckOptions);
  const lines = [
    '# Configuration: `quorumwatch.yaml`',
    '',
    'Generated from the schema that validates (`npm run generate`). Editors that know JSON Schema take `quorumwatch.schema.json`: put `# yaml-language-server: $schema=./quorumwatch.schema.json` on the first line.',
    '',
    'Durations are written `50ms`, `5s`, `1m30s`, `1d`; sizes `10MiB`; addresses are IPv4, IPv6 (link-local with `%interface`) or names. Unknown keys are errors. Secrets are named as files (`…-file`) or as `${VARIABLE}`, and are read when they are used.',
    '',
    '## Sections',
    '',
    ...table(Object.entries(properties).filter(([key]) => key !== 'watch')),
    '',
    '`watch` is the list of checks.',
    '',
    '## Keys of every check',
    '',
    ...table(common.map((key) => [key, first[key] ?? {}])),
    '',
    ...nested('watchers', first['watchers']),
    ...nested('settle', first['settle']),
    ...nested('An action', first['up']?.items),
  ];
  for (const variant of variants) {
    const type = variant.properties?.['type'];
    const name = String(type?.const ?? '');
    const probe = configurationParts.probes.find((one) => one.type === name);
    lines.push(`## Type \`${name}\``, '', probe?.summary ?? '', '');
    const own = Object.entries(variant.properties ?? {}).filter(([key]) => key !== 'type' && !common.includes(key));
    lines.push(...(own.length > 0 ? table(own) : ['No keys of its own.']), '');
    const values = Object.entries(probe?.values ?? {});
    if (values.length > 0)
      lines.push(
        'Values of a result, and variables of its actions:',
        '',
        ...values.map(([key, text]) => `- \`${key}\`: ${text}`),
        '',
      );
  }
  for (const section of ['uplinks', 'failover', 'maintenance', 'routers', 'limits', 'server'] as const) {
    const schema = properties[section];
    lines.push(...nested(section, schema?.items ?? schema));
  }
  lines.push('## notify', '', 'A receiver has a name and one or more channels.', '');
  const receiver = properties['notify']?.additionalProperties;
  for (const [channel, schema] of Object.entries((typeof receiver === 'object' && receiver.properties) || {}))
    lines.push(...nested(channel, schema, '###'));
  return `${lines.join('\n').trimEnd()}\n`;
}

function nested(title: string, schema: Schema | undefined, level = '##'): string[] {
  const properties = Object.entries(schema?.properties ?? {});
  if (properties.length === 0) return [];
  return [`${level} ${title}`, '', ...(schema?.description ? [schema.description, ''] : []), ...table(properties), ''];
}

function table(rows: readonly (readonly [string, Schema])[]): string[] {
  return [
    '| key | value | default | meaning |',
    '|---|---|---|---|',
    ...rows.map(
      ([key, schema]) =>
        `| \`${key}\` | ${cell(typeText(schema))} | ${schema.default === undefined ? '' : `\`${cell(JSON.stringify(schema.default))}\``} | ${cell(schema.description ?? '')} |`,
    ),
  ];
}

function typeText(schema: Schema): string {
  if (schema.const !== undefined) return `\`${String(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${String(value)}\``).join(', ');
  if (schema.format === 'duration') return 'duration';
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) return [...new Set(variants.map(typeText))].join(' or ');
  if (schema.type === 'array') return `list of ${typeText(schema.items ?? {})}`;
  if (schema.type === 'object') return 'map';
  if (schema.type === 'integer') return 'whole number';
  if (schema.type === 'boolean') return '`true`, `false`';
  if (schema.type === 'string') return schema.examples ? `text, such as \`${String(schema.examples[0])}\`` : 'text';
  return String(schema.type ?? 'any');
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('\n', ' ');
}

function certificateReasonsPage(): string {
  return [
    '# Why a certificate is refused',
    '',
    'Generated from `src/model/certificate/reasons.ts`. `quorumwatch certificate verify --json` gives one of these as `reason`, or `ok`.',
    '',
    '| reason | meaning |',
    '|---|---|',
    ...Object.entries(certificateReasonTable).map(([reason, meaning]) => `| \`${reason}\` | ${cell(meaning)} |`),
    '',
  ].join('\n');
}

function errorsPage(): string {
  return [
    '# Errors',
    '',
    'Generated from `src/model/errors.ts`. The command line prints `error: what (where)` and a hint; the HTTP API answers `application/problem+json` with `code`.',
    '',
    '| code | meaning | what to do |',
    '|---|---|---|',
    ...Object.entries(errorTable).map(
      ([code, { meaning, hint }]) => `| \`${code}\` | ${cell(meaning)} | ${cell(hint)} |`,
    ),
    '',
  ].join('\n');
}

/** Who may ask what: every route of the description of the API with the rule that the server goes by. */
function rolesPage(): string {
  const rows = describedRoutes().map(({ method, path, summary }) => {
    const least = leastRole(method.toUpperCase(), path);
    const mark = (role: Role) => (least === 'anyone' || atLeast(role, least) ? 'yes' : '');
    const cells = [least === 'anyone' ? 'yes' : '', ...roles.map(mark)];
    return `| \`${method.toUpperCase()} ${path}\` | ${cell(summary)} | ${cells.join(' | ')} |`;
  });
  return [
    '# Who may ask what',
    '',
    'Generated from the description of the API and the rule of `src/server/http/roles.ts`; a test asks each route in each role. Paths are below `/api/v1`. Below `/prometheus/api/v1` viewers may ask everything.',
    '',
    '| route | does | nobody yet | viewer | operator | admin |',
    '|---|---|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}
