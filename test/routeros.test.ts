import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { notifiers } from '../src/act/index.ts';
import {
  configurationSchema,
  exportRouteros,
  importRouteros,
  readConfiguration,
  validateConfiguration,
  type RouterosImport,
} from '../src/model/index.ts';
import { probes } from '../src/observe/index.ts';

/**
 * RouterOS exports in and out. The golden files are read by people: the export, what becomes of it, and what is written
 * back. `npx vitest run test/routeros.test.ts -u` writes them anew.
 */

const golden = join(import.meta.dirname, 'golden/routeros');
const office = readFileSync(join(golden, 'office.rsc'), 'utf8');
const schema = configurationSchema({ probes, notifiers });

/** What was left and noted, one line each, as the command line prints it. */
function report(imported: RouterosImport): string {
  const left = imported.untranslated.map((u) => `${u.line}: ${u.menu} ${u.item}: ${u.reason}\n    ${u.text}\n`);
  const notes = imported.notes.map((note) => `${note.line}: ${note.text}\n`);
  return `not translated\n${left.join('')}\nnotes\n${notes.join('')}`;
}

const issuesOf = (document: unknown) => validateConfiguration(document, 'imported', schema).issues;

test('an export with every property, escape, continuation and script shape becomes a configuration', async () => {
  const imported = importRouteros(office);
  await expect(imported.yaml).toMatchFileSnapshot(join(golden, 'office.yaml'));
  await expect(report(imported)).toMatchFileSnapshot(join(golden, 'office.report.txt'));
  expect(readConfiguration(imported.yaml, 'office.yaml', schema)).toMatchObject({
    issues: [],
    document: imported.config,
  });
});

test('line ends and a byte order mark change nothing', () => {
  expect(importRouteros(`\uFEFF${office.replaceAll('\n', '\r\n')}`)).toEqual(importRouteros(office));
});

test('the token of a bot is nowhere in what comes out', () => {
  expect(JSON.stringify(importRouteros(office))).not.toMatch(/AAFAKE|verysecret/);
});

test('a configuration becomes an export, and that becomes the same configuration', async () => {
  const { config } = importRouteros(office);
  const exported = exportRouteros(config);
  await expect(exported.text).toMatchFileSnapshot(join(golden, 'office.exported.rsc'));
  expect(exported.untranslated).toEqual([
    {
      item: 'isp2',
      text: 'down: {"notify":"telegram-1001234567"}',
      reason: 'receiver telegram-1001234567: the token of the bot is a secret and is not exported',
    },
  ]);
  const again = importRouteros(exported.text);
  expect(again.untranslated).toEqual([]);
  expect(again.config).toEqual(withoutTelegram(config));
});

test('the document and the validated configuration give the same export', () => {
  const { config } = importRouteros(office);
  const read = validateConfiguration(config, 'imported', schema);
  expect(read.ok && exportRouteros(read.configuration).text).toBe(exportRouteros(config).text);
});

test('the defaults of our probes are those that the translation leaves out', () => {
  for (const type of ['simple', 'icmp', 'tcp-conn', 'http-get', 'https-get', 'dns']) {
    const host = type === 'dns' ? 'www.example.org' : '192.0.2.1';
    const read = validateConfiguration({ watch: [{ name: 'a', host, type }] }, 'defaults', schema);
    const text = read.ok ? exportRouteros(read.configuration).text : JSON.stringify(read.issues);
    expect(read.ok && exportRouteros(read.configuration, { probes }).untranslated.map(({ text }) => text)).toEqual([
      'settle down: 2/3',
      'settle up: 2/3',
    ]);
    const typed = type === 'simple' ? 'interval=10s name=a startup-delay=0s' : `name=a startup-delay=0s type=${type}`;
    expect(text).toContain(`\nadd host=${host} ${typed}\n`);
  }
});

test('any text is imported without throwing, into a valid configuration', () => {
  const keys =
    'name host interval timeout comment src-address packet-count packet-size packet-interval ttl thr-max thr-stdev ' +
    'thr-jitter thr-loss-percent thr-loss-count port http-codes http-code-min thr-http-time thr-tcp-conn-time ' +
    'record-type dns-server certificate check-certificate start-delay startup-delay up-script down-script test-script';
  const key = fc.constantFrom(...keys.split(' '));
  const value = fc.oneof(
    fc.constantFrom(
      '1.1.1.1',
      'fe80::1%e',
      '1.1.1.1@vrf',
      'icmp',
      'dns',
      'http-get',
      'https-get',
      'tcp-conn',
      '0',
      '10s',
    ),
    fc.constantFrom('7us', '1w', '4294967295', '500', '99999', '85%', 'AAAA', 'yes', '200-299', '":log info x"', '""'),
    fc.constantFrom('"/ip route disable [find comment=X]"', '"/tool e-mail send to=a@b"', '":delay 2h; :log info x"'),
    fc.string({ maxLength: 10 }),
  );
  const type = fc.constantFrom('simple', 'icmp', 'tcp-conn', 'http-get', 'https-get', 'dns');
  const row = fc.tuple(type, fc.array(fc.tuple(key, value), { maxLength: 12 }));
  fc.assert(
    fc.property(fc.array(row, { maxLength: 4 }), (rows) => {
      const lines = rows.map(([t, one]) => `add host=h type=${t} ${one.map(([k, v]) => `${k}=${v}`).join(' ')}`);
      const imported = importRouteros(`/tool netwatch\n${lines.join('\n')}\n`);
      expect(issuesOf(imported.config)).toEqual([]);
    }),
    { numRuns: 1000 },
  );
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void importRouteros(text)));
});

/** Configurations in the form that the import gives: what is left out is the default. */
const check = fc
  .record({
    name: fc.stringMatching(/^[A-Za-zé"$?\\][A-Za-z0-9 é"$?\\-]{0,30}[A-Za-z]$/),
    type: fc.constantFrom('simple', 'icmp', 'tcp-conn', 'http-get', 'https-get', 'dns'),
    comment: fc.option(fc.stringMatching(/^[ -~ü\n]{1,80}$/), { nil: undefined }),
    interval: fc.constantFrom('7s', '1m30s', '250ms', undefined),
    timeout: fc.constantFrom('800ms', undefined),
    disabled: fc.constantFrom(true, undefined),
    port: fc.option(fc.integer({ min: 1000, max: 65_535 }), { nil: undefined }),
    delays: fc.array(fc.constantFrom(0, 500, 5000), { maxLength: 4 }),
    texts: fc.array(fc.stringMatching(/^[ -~ß\n\t]{1,90}$/), { minLength: 4, maxLength: 4 }),
    kinds: fc.array(fc.nat(5), { minLength: 4, maxLength: 4 }),
  })
  .map(({ port, delays, texts, kinds, ...common }) => {
    let delayMs = 0;
    const down = delays.map((delay, i) => {
      delayMs += delay;
      const comment = texts[i] ?? 'x';
      const routeros = [
        { router: 'router', do: 'enable-route', comment },
        { router: 'router', do: 'set-route-distance', comment, distance: 7 + i },
        { router: 'router', do: 'remove-connections' },
        { router: 'router', do: 'run-script', script: comment },
      ][kinds[i] ?? 0];
      const action = routeros ? { routeros } : { log: comment, level: 'warning' };
      return delayMs > 0 ? { ...action, delay: `${delayMs}ms` } : action;
    });
    const hasPort = ['tcp-conn', 'http-get', 'https-get'].includes(common.type);
    return defined({
      ...common,
      host: '192.0.2.1',
      ...(hasPort ? { port } : {}),
      settle: { down: '1/1', up: '1/1' },
      down: down.length > 0 ? down : undefined,
    });
  });

test('random configurations come back from an export as they were', () => {
  const watch = fc.uniqueArray(check, { selector: (one) => one['name'], maxLength: 5 });
  fc.assert(
    fc.property(watch, (checks) => {
      const exported = exportRouteros({ watch: checks });
      expect(exported.untranslated).toEqual([]);
      const again = importRouteros(exported.text);
      expect(again.untranslated).toEqual([]);
      // Durations have several spellings: what validation makes of both must be the same.
      const meaning = (document: unknown) => {
        const read = validateConfiguration(document, 'random', schema);
        return read.ok ? read.configuration.watch : read.issues;
      };
      const routers = again.config['routers'];
      expect(meaning(again.config)).toEqual(meaning({ watch: checks, ...(routers ? { routers } : {}) }));
    }),
    { numRuns: 200 },
  );
});

function defined(given: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined));
}

function withoutTelegram(config: Record<string, unknown>): Record<string, unknown> {
  const isTelegram = (action: unknown) => /"notify":"telegram/.test(JSON.stringify(action));
  const watch = (config['watch'] as Record<string, unknown>[]).map((check) => ({
    ...check,
    ...(Array.isArray(check['down']) ? { down: check['down'].filter((action) => !isTelegram(action)) } : {}),
  }));
  const notify = Object.entries(config['notify'] as object).filter(([name]) => !name.startsWith('telegram'));
  return { ...config, watch, notify: Object.fromEntries(notify) };
}
