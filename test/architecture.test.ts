import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { parseSync } from 'vite';

/**
 * Who may import whom. This table is the definition; CONTRIBUTING.md explains it. A planted breach of each rule proves
 * that the check can fail.
 */
const ground = ['model', 'platform', 'store'];
const verbs = ['observe', 'agree', 'act', 'explain', 'report'];
const mayImport: Record<string, readonly string[]> = {
  model: [],
  platform: ['model'],
  store: ['model', 'platform'],
  ...Object.fromEntries(verbs.map((verb) => [verb, ground])),
  lab: ['model', 'agree'],
  watcher: [...ground, ...verbs],
  server: ['model', 'platform', 'watcher'],
  cli: ['model', 'platform', 'watcher', 'server', 'lab'],
};

/** Pure and synchronous: time and bytes come in as arguments, effects go out as values. */
const pureFolders = [
  'model',
  ...['codec', 'solo', 'raft', 'pbft', 'verdict', 'record'].map((part) => `agree/${part}`),
  'observe/flows/decode',
  'observe/flows/meter',
  'report/alerts',
  ...['reachability', 'firewall', 'analyzer', 'topology', 'whatif'].map((part) => `explain/${part}`),
];
const impure =
  /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bset(Timeout|Interval|Immediate)\b|\basync\b|\bawait\b|\bperformance\.now\b|\bprocess\.|\bconsole\./;
const effectModules =
  /^node:(fs|net|dgram|tls|http|https|http2|dns|timers|child_process|worker_threads|os|process|sqlite|readline)/;
/** In verbs time and randomness are injected. */
const uninjected =
  /\bDate\.now\b|\bnew Date\(\)|\bMath\.random\b|\bset(Timeout|Interval)\(|\bprocess\.(env|hrtime|exit|argv)|\bconsole\./;

interface Import {
  specifier: string;
  typeOnly: boolean;
}

function importsOf(file: string, text: string): Import[] {
  const { module } = parseSync(file, text);
  const found: Import[] = [];
  for (const entry of module.staticImports) {
    const typeOnly = entry.entries.length > 0 && entry.entries.every((one) => one.isType);
    found.push({ specifier: entry.moduleRequest.value, typeOnly });
  }
  for (const entry of module.staticExports) {
    for (const one of entry.entries) {
      if (one.moduleRequest) found.push({ specifier: one.moduleRequest.value, typeOnly: one.isType });
    }
  }
  for (const entry of module.dynamicImports) {
    const specifier = /^['"](.+)['"]$/.exec(text.slice(entry.moduleRequest.start, entry.moduleRequest.end))?.[1];
    if (specifier) found.push({ specifier, typeOnly: false });
  }
  return found;
}

function sourcesIn(folder: string): string[] {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name) && !/\.(test|suite)\.tsx?$/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name));
}

function breaches(root: string): string[] {
  const found: string[] = [];
  const edges = new Map<string, string[]>();
  for (const file of [...sourcesIn(join(root, 'src')), ...sourcesIn(join(root, 'web/src'))]) {
    const name = relative(root, file);
    const text = readFileSync(file, 'utf8');
    const code = text.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(^|\s)\/\/.*$/gm, '');
    const top = name.startsWith('web/') ? 'web' : (name.split('/')[1] ?? '');
    const pure = pureFolders.some((folder) => name.startsWith(`src/${folder}/`));
    if (pure && impure.test(code)) found.push(`${name}: a pure folder uses ${impure.exec(code)?.[0]}`);
    if (verbs.includes(top) && uninjected.test(code))
      found.push(`${name}: time and randomness are injected, found ${uninjected.exec(code)?.[0]}`);
    for (const { specifier, typeOnly } of importsOf(file, text)) {
      if (pure && effectModules.test(specifier)) found.push(`${name}: a pure folder imports ${specifier}`);
      if (specifier === 'node:sqlite' && top !== 'store') found.push(`${name}: node:sqlite stays behind store`);
      if (specifier === 'koffi' && top !== 'platform') found.push(`${name}: koffi stays behind platform`);
      if (!specifier.startsWith('.')) continue;
      const target = resolve(dirname(file), specifier);
      edges.set(file, [...(edges.get(file) ?? []), target]);
      const targetName = relative(root, target);
      const targetTop = targetName.startsWith('web/') ? 'web' : targetName.split('/')[1];
      if (!targetTop || targetTop === top) continue;
      if (top === 'web') {
        if (targetTop !== 'model' || !typeOnly)
          found.push(`${name}: web imports only types of src/model, found ${specifier}`);
      } else if (!mayImport[top]?.includes(targetTop)) {
        found.push(`${name}: ${top} must not import ${targetTop}`);
      } else if (!/^src\/[^/]+\/index\.ts$/.test(targetName)) {
        found.push(`${name}: enter ${targetTop} by its index.ts, not ${specifier}`);
      }
    }
  }
  return [
    ...found,
    ...circles(edges).map((circle) => `circle: ${circle.map((file) => relative(root, file)).join(' -> ')}`),
  ];
}

/** Strongly connected components of more than one file (Tarjan 1972), type-only imports included. */
function circles(edges: ReadonlyMap<string, readonly string[]>): string[][] {
  const index = new Map<string, number>();
  const low = new Map<string, number>();
  const stack: string[] = [];
  const found: string[][] = [];
  const visit = (file: string) => {
    index.set(file, index.size);
    low.set(file, index.get(file) ?? 0);
    stack.push(file);
    for (const next of edges.get(file) ?? []) {
      if (!index.has(next)) {
        visit(next);
        low.set(file, Math.min(low.get(file) ?? 0, low.get(next) ?? 0));
      } else if (stack.includes(next)) {
        low.set(file, Math.min(low.get(file) ?? 0, index.get(next) ?? 0));
      }
    }
    if (low.get(file) !== index.get(file)) return;
    const component = stack.splice(stack.indexOf(file));
    if (component.length > 1) found.push(component.sort());
  };
  for (const file of edges.keys()) if (!index.has(file)) visit(file);
  return found;
}

const root = resolve(import.meta.dirname, '..');
const planted = mkdtempSync(join(tmpdir(), 'qw-architecture-'));
afterAll(() => rmSync(planted, { recursive: true, force: true }));

test('the sources keep to the table', () => {
  expect(breaches(root)).toEqual([]);
});

test('every top folder of src is in the table', () => {
  const folders = readdirSync(join(root, 'src'), { withFileTypes: true }).filter((entry) => entry.isDirectory());
  expect(folders.map((entry) => entry.name).filter((name) => !(name in mayImport))).toEqual([]);
});

test.each([
  [
    'upward',
    { 'src/model/a.ts': `import { b } from '../platform/index.ts';\nexport const a = b;` },
    'model must not import platform',
  ],
  [
    'sideways',
    { 'src/act/a.ts': `import type { B } from '../observe/index.ts';\nexport type A = B;` },
    'act must not import observe',
  ],
  ['re-export', { 'src/agree/a.ts': `export { b } from '../act/index.ts';` }, 'agree must not import act'],
  [
    'dynamic',
    { 'src/store/a.ts': `export const a = () => import('../watcher/index.ts');` },
    'store must not import watcher',
  ],
  [
    'past the door',
    { 'src/act/a.ts': `import { b } from '../model/b.ts';\nexport const a = b;` },
    'enter model by its index.ts',
  ],
  [
    'value into web',
    { 'web/src/a.ts': `import { b } from '../../src/model/index.ts';\nexport const a = b;` },
    'web imports only types',
  ],
  [
    'clock in a pure folder',
    { 'src/agree/verdict/a.ts': 'export const a = () => Date.now();' },
    'a pure folder uses Date.now',
  ],
  [
    'promise in a pure folder',
    { 'src/agree/solo/a.ts': 'export const a = async () => 1;' },
    'a pure folder uses async',
  ],
  [
    'files in a pure folder',
    { 'src/agree/record/a.ts': `import { readFileSync } from 'node:fs';\nexport const a = readFileSync;` },
    'imports node:fs',
  ],
  [
    'timer in a verb',
    { 'src/act/a.ts': 'export const a = () => setTimeout(() => undefined, 1);' },
    'time and randomness are injected',
  ],
  [
    'database outside store',
    { 'src/watcher/a.ts': `import { DatabaseSync } from 'node:sqlite';\nexport const a = DatabaseSync;` },
    'stays behind store',
  ],
  [
    'circle',
    {
      'src/act/a.ts': `import type { B } from './b.ts';\nexport type A = B;`,
      'src/act/b.ts': `import type { A } from './a.ts';\nexport type B = A;`,
    },
    'circle: src/act/a.ts -> src/act/b.ts',
  ],
])('a planted breach is found: %s', (name, files, message) => {
  const folder = join(planted, name.replaceAll(' ', '-'));
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  expect(breaches(folder).join('\n')).toContain(message);
});
