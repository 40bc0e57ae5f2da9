import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, expect, test } from 'vitest';
import { silentLog, systemClock } from '../../platform/index.ts';
import { QueryProcess } from './query-process.ts';

const root = mkdtempSync(join(tmpdir(), 'qw-query-process-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

function open(directory: string, module?: URL): QueryProcess {
  const settings = {
    directory,
    spillDirectory: `${directory}/spill`,
    memoryMiB: 256,
    threads: 2,
    spillMiB: 100,
    library: '@duckdb/node-api',
  };
  return new QueryProcess({ settings, clock: systemClock, log: silentLog, ...(module && { module }) });
}

const asking = { deadlineMs: 10_000 };

test('it may read and write its own folder only, and nobody can change that', async () => {
  const elsewhere = join(root, 'elsewhere.csv');
  writeFileSync(elsewhere, 'a');
  const process = open(mkdtempSync(join(root, 'own-')));
  for (const statement of [
    `SELECT * FROM read_text('/etc/passwd')`,
    `SELECT * FROM read_csv('${elsewhere}')`,
    `SELECT * FROM read_csv('../elsewhere.csv')`,
    `COPY (SELECT 1) TO '${join(root, 'out.parquet')}'`,
    `ATTACH '${join(root, 'other.db')}'`,
    'INSTALL httpfs',
    "SET memory_limit = '8GB'",
    'SET enable_external_access = true',
    'RESET allowed_directories',
  ]) {
    await expect(process.run(statement, asking), statement).rejects.toThrow(/disabled by configuration|locked|Cannot/);
  }
  await process.run(`COPY (SELECT 7 AS x) TO 'own.parquet'`, asking);
  expect(await process.ask(`SELECT CAST(x AS DOUBLE) FROM read_parquet('own.parquet')`, ['small'], asking)).toEqual([
    [7],
  ]);
  process.close();
});

test('what is closed rejects, and so does what waits for it', async () => {
  const process = open(mkdtempSync(join(root, 'own-')));
  const asked = process.run('SELECT 1', asking);
  process.close();
  await expect(asked).rejects.toMatchObject({ code: 'TELEMETRY_UNAVAILABLE' });
  await expect(process.run('SELECT 1', asking)).rejects.toMatchObject({ code: 'TELEMETRY_UNAVAILABLE' });
});

/** A process that opens as it should and then does `what` with each question. */
function misbehaving(what: string): QueryProcess {
  const directory = mkdtempSync(join(root, 'own-'));
  const file = join(directory, 'child.mts');
  const platform = new URL('../../platform/index.ts', import.meta.url);
  const messages = new URL('messages.ts', import.meta.url);
  writeFileSync(
    file,
    `import { writeSync } from 'node:fs';
    import { serveParent } from ${JSON.stringify(platform.href)};
    import { decodeMessage, encodeMessage } from ${JSON.stringify(messages.href)};
    const reply = serveParent((body) => {
      const { head } = decodeMessage(body) as { head: { id: number; kind: string } };
      if (head.kind === 'open') reply(encodeMessage({ id: head.id, kind: 'opened' }));
      else { ${what} }
    });`,
  );
  return open(directory, pathToFileURL(file));
}

test.each([
  ['writes what is no frame', "writeSync(3, 'Segmentation fault, and a lot of other text')"],
  ['writes a frame with a wrong sum', 'writeSync(3, Buffer.alloc(64, 1).fill(0, 1, 4))'],
  ['writes a frame that is no message', 'reply([Buffer.from("nonsense")])'],
  ['crashes', 'process.abort()'],
  ['ends', 'process.exit(3)'],
])(
  'a process that %s is an error of what it was asked',
  async (_, what) => {
    const process = misbehaving(what);
    await expect(process.run('SELECT 1', asking)).rejects.toMatchObject({ code: 'TELEMETRY_UNAVAILABLE' });
    await expect(process.run('SELECT 1', asking)).rejects.toMatchObject({ code: 'TELEMETRY_UNAVAILABLE' });
    process.close();
  },
  60_000,
);

test('a process that hears nothing is killed, and the one after it is asked', async () => {
  const process = misbehaving('for (;;);');
  await expect(process.run('SELECT 1', { deadlineMs: 2000 })).rejects.toMatchObject({ code: 'TELEMETRY_DEADLINE' });
  const deaf = process.pid;
  await expect.poll(() => process.pid, { timeout: 10_000 }).not.toBe(deaf);
  const again = process.run('SELECT 1', { deadlineMs: 2000 });
  await expect(again).rejects.toMatchObject({ code: 'TELEMETRY_DEADLINE' });
  process.close();
}, 60_000);
