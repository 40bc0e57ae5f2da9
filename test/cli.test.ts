import { spawn } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { cleanUp, cli, folder, quick, start } from './support/rig.ts';
import { root } from './support/shared.ts';

/** The contract of the command line: help, exit codes, one JSON document, one error and one hint, a clean terminal. */

const commands = [
  [],
  ['up'],
  ['check'],
  ['plan'],
  ['apply'],
  ['export'],
  ['probe'],
  ['status'],
  ['events'],
  ['incident'],
  ['incident', 'list'],
  ['incident', 'show'],
  ['incident', 'ack'],
  ['incident', 'note'],
  ['incident', 'resolve'],
  ...['assign', 'status', 'cause', 'impact', 'link', 'unlink', 'postmortem', 'export'].map((word) => [
    'incident',
    word,
  ]),
  ['snooze'],
  ...['list', 'add', 'end'].map((word) => ['snooze', word]),
  ['group'],
  ['group', 'list'],
  ['group', 'show'],
  ['status-page'],
  ['status-page', 'export'],
  ['performance'],
  ['ledger'],
  ['ledger', 'status'],
  ['ledger', 'verify'],
  ['certificate'],
  ['certificate', 'export'],
  ['certificate', 'verify'],
  ['import'],
  ['import', 'routeros'],
  ['token'],
  ['token', 'create'],
  ['token', 'list'],
  ['token', 'revoke'],
  ['doctor'],
];

let cwd = '';
beforeAll(async () => {
  cwd = folder();
  writeFileSync(
    join(cwd, 'quorumwatch.yaml'),
    `watch:
  - { name: gone, type: tcp-conn, host: 127.0.0.1, port: 9, ${quick}, down: [{ run: echo hello }] }
  - { name: here, type: simple, host: 127.0.0.1, ${quick} }
`,
  );
  const watcher = start(cwd);
  await watcher.ready;
  await watcher.until({ gone: 'down' });
});
afterAll(cleanUp);

test.each(commands.map((words) => [words.join(' '), words] as const))('%s --help', async (_, words) => {
  const { code, stdout, stderr } = await cli(cwd, ...words, '--help');
  expect(code).toBe(0);
  expect(stdout).toContain(`Usage: quorumwatch ${words.join(' ')}`.trim());
  expect(stderr).toBe('');
});

describe('with --json, stdout is JSON and nothing else', () => {
  test.each([
    [1, ['status']],
    [0, ['incident', 'list']],
    [0, ['incident', 'show', '1']],
    [0, ['incident', 'note', '1', 'looked at']],
    [0, ['incident', 'ack', '1']],
    [0, ['incident', 'list', '--state', 'all', '--search', 'gone looked', '--since', '1h']],
    [0, ['incident', 'assign', '1', 'maria']],
    [0, ['incident', 'status', '1', 'identified', 'found it']],
    [0, ['incident', 'cause', '1', 'nothing listens']],
    [0, ['incident', 'impact', '1', 'minor']],
    [0, ['snooze', 'add', '--check', 'gone', '--until', '2h', '--comment', 'works']],
    [0, ['snooze', 'list']],
    [0, ['ledger', 'status']],
    [0, ['ledger', 'verify']],
    [0, ['ledger', 'verify', '--dir', 'quorumwatch-data']],
    [0, ['check', 'quorumwatch.yaml']],
    [0, ['plan', 'quorumwatch.yaml']],
    [0, ['apply', 'quorumwatch.yaml']],
    [0, ['export']],
    [0, ['export', '--format', 'routeros']],
    [0, ['token', 'create', 'one']],
    [0, ['token', 'list']],
    [0, ['token', 'revoke', 'one']],
    [0, ['doctor']],
    [0, ['probe', '--list']],
    [1, ['check', 'missing-key.yaml']],
  ])('%i from %j: one document', async (expected, words) => {
    writeFileSync(join(cwd, 'missing-key.yaml'), 'watch: [{ host: 127.0.0.1 }]\n');
    const { code, stdout, stderr } = await cli(cwd, ...words, '--json');
    expect(stderr).not.toMatch(/\n\s+at /);
    expect(code).toBe(expected);
    expect(stdout.trim().split('\n')).toHaveLength(1);
    JSON.parse(stdout);
  });

  test.each([
    [0, ['events']],
    [1, ['probe', 'tcp-conn', '127.0.0.1', '--port', '9', '--count', '2', '--interval', '10ms']],
  ])('%i from %j: an object a line', async (expected, words) => {
    const { code, stdout } = await cli(cwd, ...words, '--json');
    expect(code).toBe(expected);
    const lines = stdout.trimEnd().split('\n');
    expect(lines.length).toBeGreaterThan(1);
    for (const line of lines) expect(JSON.parse(line)).toBeTypeOf('object');
  });
});

describe('errors: one line, a hint, the stated code, no stack', () => {
  test.each([
    [2, ['unknown']],
    [2, ['up', '--discover', 'sideways']],
    [2, ['up', '--watchers', '40']],
    [2, ['up', '--nonsense']],
    [2, ['up', 'extra']],
    [2, ['status', '--nonsense']],
    [2, ['check', 'none.yaml']],
    [2, ['plan']],
    [2, ['plan', 'none.yaml']],
    [2, ['apply', 'broken.yaml']],
    [2, ['import', 'routeros', 'none.rsc']],
    [2, ['incident', 'list', '--state', 'x']],
    [2, ['incident', 'list', '--since', 'yesterday']],
    [2, ['snooze', 'add', '--until', '1h']],
    [2, ['snooze', 'add', '--check', 'gone']],
    [1, ['incident', 'show', 'none']],
    [1, ['incident', 'postmortem', '1']],
    [1, ['incident', 'link', '1', '99']],
    [1, ['snooze', 'end', '99999']],
    [1, ['incident', 'show', '../status']],
    [1, ['token', 'revoke', 'none']],
    [2, ['token', 'create', 'a b']],
    [2, ['token', 'create', 'x', '--role', 'root']],
    [2, ['events', '--since', 'x']],
    [2, ['probe']],
    [2, ['probe', 'icmp', 'a b']],
    [2, ['probe', 'nothing', '127.0.0.1']],
    [2, ['probe', 'icmp', '127.0.0.1', '--nonsense', '1']],
    [2, ['probe', 'icmp', '127.0.0.1', '--count', '0']],
    [2, ['status', '--url', 'nonsense']],
    [1, ['status', '--url', 'http://127.0.0.1:9']],
    [1, ['status', '--data', 'none']],
    [2, ['status', '--token-file', 'none']],
    [2, ['status', '--ca-file', 'none']],
    [1, ['export', '--output', 'none/x.yaml']],
    [1, ['import', 'routeros', 'quorumwatch.yaml', '--output', 'none/x.yaml']],
  ])('%i from %j', async (expected, words) => {
    writeFileSync(join(cwd, 'broken.yaml'), 'watch: [{ host: 127.0.0.1 }]\n');
    const { code, stderr } = await cli(cwd, ...words);
    expect(stderr).toMatch(/^error: .+$/m);
    expect(stderr).toMatch(/^hint: .+$/m);
    expect(stderr).not.toMatch(/\n\s+at |QW_DEBUG/);
    expect(code).toBe(expected);
  });

  test('a server that is no watcher, one that breaks off, one that says nothing', async () => {
    const talk = async (answer: Parameters<typeof createServer>[1], pattern: RegExp) => {
      const server: Server = createServer(answer);
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
      const { code, stderr } = await cli(cwd, 'status', '--url', url);
      server.closeAllConnections();
      server.close();
      expect(stderr).toMatch(pattern);
      expect(stderr).toMatch(/^hint: .+$/m);
      expect(stderr).not.toMatch(/\n\s+at |QW_DEBUG/);
      expect(code).toBe(1);
    };
    await talk((_, response) => response.end('<html>'), /^error: .*no watcher/m);
    await talk((_, response) => response.writeHead(404).end('<html>'), /^error: unexpected answer 404/m);
    await talk((_, response) => {
      response.writeHead(200, { 'content-length': 100 }).write('{');
      setTimeout(() => response.destroy(), 50);
    }, /^error: the watcher does not answer/m);
  });
});

test('a reader that goes away is no failure', async () => {
  const run = (words: readonly string[]) =>
    new Promise<{ code: number | null; stderr: string }>((resolve) => {
      const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), ...words], { cwd });
      let stderr = '';
      child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
      child.stdout.once('data', () => child.stdout.destroy());
      child.on('exit', (code) => resolve({ code, stderr }));
    });
  for (const words of [['events', '--json'], ['check', '--print-schema'], ['probe', '--list'], ['--help']])
    expect(await run(words)).toEqual({ code: 0, stderr: '' });
});

test('events --follow goes on where a broken connection left it', { timeout: 20_000 }, async () => {
  let position = 0;
  const asked: string[] = [];
  const server = createServer((request, response) => {
    if (request.headers.accept !== 'text/event-stream') {
      response.end('{"items":[]}');
      return;
    }
    asked.push(request.url ?? '');
    const event = { position, time: '2026-01-01T00:00:00.000Z', kind: 'opinion', text: 'x', body: {} };
    response.writeHead(200, { 'content-type': 'text/event-stream' });
    response.write(`event: opinion\ndata: ${JSON.stringify(event)}\nid: ${position++}\n\n`);
    setTimeout(() => response.destroy(), 50);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const child = spawn(process.execPath, [join(root, 'src/cli/main.ts'), 'events', '--follow', '--json', '--url', url]);
  let stdout = '';
  await new Promise<void>((resolve, reject) => {
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      if (stdout.split('\n').length > 3) resolve();
    });
    child.on('exit', (code) => reject(new Error(`ended with ${code}`)));
  });
  child.removeAllListeners('exit').kill();
  server.closeAllConnections();
  server.close();
  expect(asked.slice(0, 3)).toEqual([0, 1, 2].map((since) => `/api/v1/events?since=${since}`));
});

test('what a peer says cannot drive the terminal', async () => {
  const hostile = '\u001b[2J\u001b]0;owned\u0007\u001b[8mhidden\u009b31m\u202e\rspoofed\nerror: not ours';
  const server = createServer((request, response) => {
    response.setHeader('content-type', 'application/json');
    if (request.url?.startsWith('/api/v1/incidents')) {
      const updates = [{ at: '2026-01-01T00:00:00.000Z', by: hostile, kind: 'noted', text: hostile }];
      const incident = {
        id: '1',
        check: hostile,
        title: hostile,
        status: 'investigating',
        impact: 'major',
        openedAt: '2026-01-01T00:00:00.000Z',
        affected: [hostile],
        told: [hostile],
        transitions: [],
        updates,
      };
      response.end(JSON.stringify({ items: [incident] }));
    } else {
      response.writeHead(409).end(JSON.stringify({ code: 'CONFLICT', detail: hostile, hint: hostile }));
    }
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  for (const words of [['status'], ['incident', 'list'], ['incident', 'list', '--json']]) {
    const { stdout, stderr } = await cli(cwd, ...words, '--url', url);
    const text = stdout + stderr;
    expect(text).toMatch(/spoofed/);
    // oxlint-disable-next-line no-control-regex
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    expect(text).not.toMatch(/^error: not ours/m);
  }
  server.close();
});
