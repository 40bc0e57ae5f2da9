import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { ApiEvent, ApiMirror, ApiMirrorPlan } from '../../src/model/index.ts';
import { root } from '../support/shared.ts';
import { WatcherProcess } from '../support/watcher-process.ts';
import { framesOf, until } from './mirror-parts.ts';
import { Namespace, whyNoNamespaces } from './namespace.ts';

/**
 * A real watcher with two people: what one proposes runs only when the other approves, ends in time, is read by nobody whom
 * the ledger does not name, and is shredded. A kill leaves nothing that the next start does not remove.
 */

const lacks = (program: string) => spawnSync('which', [program]).status !== 0;
const program = ['tc', 'sysctl', 'curl'].find(lacks);
const missing = whyNoNamespaces() ?? (program && `${program} is missing: apt-get install iproute2 procps curl`);
if (missing !== undefined) process.stderr.write(`tests of mirrors by a watcher skipped: ${missing}\n`);
const noTshark = lacks('tshark') ? 'tshark is missing: apt-get install tshark' : undefined;
if (noTshark !== undefined) process.stderr.write(`test of captured packets in tshark skipped: ${noTshark}\n`);

interface Answer<Value> {
  value: Value;
  error: { code: string; message: string };
  status: number | null;
  text: string;
}

describe.skipIf(missing !== undefined)('mirrors of a watcher', () => {
  let here: Namespace;
  let far: Namespace;
  let folder: string;
  let watcher: WatcherProcess;
  /** Of this run of the watcher. */
  let tokenFile = '';
  const tokens: Record<string, string> = {};

  const inside = (...command: string[]) =>
    spawnSync('ip', ['netns', 'exec', here.name, ...command], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const data = () => join(folder, 'data');
  /** The command line as one of the people, or as whoever holds the token of the data folder. */
  function cli<Value = ApiMirror>(who: string | undefined, ...args: string[]): Answer<Value> {
    const as = who === undefined ? [] : ['--token-file', join(folder, `${who}.token`)];
    const run = inside(process.execPath, join(root, 'src/cli/main.ts'), ...args, '--json', '--data', data(), ...as);
    const parsed = (text: string): unknown => {
      try {
        return JSON.parse(text);
      } catch {
        return {};
      }
    };
    const said = /error: (.*)/.exec(run.stderr)?.[1] ?? '';
    return {
      value: parsed(run.stdout) as Value,
      error: { code: /"code":"(\w+)"/.exec(run.stdout + run.stderr)?.[1] ?? '', message: said },
      status: run.status,
      text: run.stdout + run.stderr,
    };
  }
  /** By a small program: starting the command line takes longer than what is waited for. */
  const ask = (path: string): unknown => {
    const token = readFileSync(tokenFile, 'utf8').trim();
    const run = inside('curl', '-sS', '-H', `authorization: Bearer ${token}`, `http://127.0.0.1:8470/api/v1${path}`);
    return (JSON.parse(run.stdout) as { items: unknown }).items;
  };
  const mirrors = () => ask('/mirrors') as ApiMirror[];
  const mirror = (id: string) => mirrors().find((one) => one.id === id);
  const untilState = (id: string, state: string) =>
    until(() => mirror(id)?.state === state, `mirror ${id} should be ${state}`);
  const propose = (who: string | undefined, ...args: string[]) =>
    cli(who, 'mirror', 'start', '--interface', 'lan0', '--protocol', 'icmp', '--purpose', 'ticket 4711', ...args);
  const ping = () => inside('ping', '-i', '0.02', '-c', '20', '10.1.0.2');
  const events = (kind: string) =>
    (ask('/events?since=0&limit=1000') as ApiEvent[]).filter((event) => event.kind === kind);
  const start = async () => {
    const config = join(folder, 'quorumwatch.yaml');
    const args = ['--config', config, '--data', data(), '--listen', '127.0.0.1:8470', '--log', 'warning'];
    watcher = new WatcherProcess(args, { cwd: folder, prefix: ['ip', 'netns', 'exec', here.name] });
    const ready = await watcher.ready;
    ({ tokenFile } = ready);
    return ready;
  };

  beforeAll(async () => {
    folder = mkdtempSync(join(tmpdir(), 'qw-mirrors-'));
    [here, far] = [new Namespace(), new Namespace()];
    here.ip('link', 'add', 'lan0', 'type', 'veth', 'peer', 'name', 'eth0', 'netns', far.name);
    here.ip('link', 'set', 'lan0', 'up');
    far.ip('link', 'set', 'eth0', 'up');
    here.ip('address', 'add', '10.1.0.1/24', 'dev', 'lan0');
    far.ip('address', 'add', '10.1.0.2/24', 'dev', 'eth0');
    writeFileSync(join(folder, 'quorumwatch.yaml'), 'mirrors: { tags: { web: [10.1.0.2/32] } }\n');
    const { url } = await start();
    Object.assign(
      tokens,
      await here.run(join(root, 'test/netns/mirror-people-child.ts'), [url, tokenFile, 'maria', 'paul']),
    );
    for (const [name, token] of Object.entries(tokens)) writeFileSync(join(folder, `${name}.token`), token);
  }, 60_000);
  afterAll(async () => {
    await watcher.stop();
    here.close();
    far.close();
    rmSync(folder, { recursive: true, force: true });
  });

  test('a dry run says what would be done, and nothing is', () => {
    const plan = cli<ApiMirrorPlan>(
      'maria',
      ...'mirror start --interface lan0 --tag web --device lo --for 1m --purpose x --dry-run'.split(' '),
    );
    expect(plan.value.policy.networks).toEqual(['10.1.0.2/32']);
    expect(plan.value.steps).toContain('tc qdisc add dev lan0 clsact');
    expect(mirrors()).toEqual([]);
  }, 30_000);

  test('the command lists what there is', () => {
    expect(cli<ApiMirror[]>(undefined, 'mirror', 'list').value).toEqual([]);
  }, 30_000);

  test('without a second person nothing is captured', () => {
    const nobody = propose(undefined, '--for', '1m');
    expect(nobody.text).toContain('belongs to no person');
    const made = propose('maria', '--for', '1m').value;
    expect(made.state).toBe('proposed');
    expect(cli('maria', 'mirror', 'approve', made.id).text).toContain('another person');
    expect(cli(undefined, 'mirror', 'approve', made.id).text).toContain('belongs to no person');
    ping();
    expect(mirror(made.id)?.state).toBe('proposed');
    expect(existsSync(join(data(), 'mirrors', made.id))).toBe(false);
    expect(cli('maria', 'mirror', 'read', made.id, '--out', join(folder, 'no'), '--why', 'x').status).toBe(1);
    expect(existsSync(join(folder, 'no'))).toBe(false);
    expect(cli('maria', 'mirror', 'stop', made.id).value.state).toBe('withdrawn');
    expect(cli('paul', 'mirror', 'approve', made.id).status).toBe(1);
    expect(events('mirror-read')).toEqual([]);
  }, 60_000);

  test('approved by another it captures every packet, the ledger names who reads', async () => {
    const { id } = propose('maria', '--for', '10m', '--snap', '60').value;
    expect(cli('paul', 'mirror', 'approve', id).value.approved?.by).toBe('paul/cli');
    await until(
      () =>
        watcher.events.some(({ kind, body }) => kind === 'mirror' && (body as { began?: unknown }).began !== undefined),
      'it should begin',
    );
    await until(() => readdirSync(join(data(), 'mirrors')).includes(id), 'there should be a folder');
    // The process that captures is there when packets come.
    await until(() => (mirror(id)?.figures?.packets ?? 0) > 0 || (ping(), false), 'packets should be captured');
    const before = mirror(id)?.figures?.packets ?? 0;
    ping();
    expect(cli('maria', 'mirror', 'stop', id).status).toBe(0);
    await untilState(id, 'ended');
    const ended = mirror(id)?.ended;
    expect(ended).toMatchObject({ why: 'stopped', dropped: 0 });
    expect(ended?.packets).toBeGreaterThanOrEqual(before + 40);
    const out = join(folder, 'read.pcapng');
    expect(cli('paul', 'mirror', 'read', id, '--out', out, '--why', 'ticket 4711').status).toBe(0);
    const frames = framesOf(readFileSync(out));
    expect(frames).toHaveLength(ended?.packets ?? 0);
    // Neighbours look for each other now and then, which is ICMP of IPv6.
    const echoes = frames.filter(({ frame }) => frame.readUInt16BE(12) === 0x0800);
    expect(echoes.length).toBeGreaterThanOrEqual(40);
    expect(echoes.every(({ kept, original }) => kept === 60 && original === 98)).toBe(true);
    expect(readFileSync(out, 'latin1')).toContain('ticket 4711');
    const [read] = events('mirror-read');
    expect(read?.text).toBe(`packets of mirror ${id} read by paul/cli: ticket 4711`);
    expect(read?.body).toMatchObject({ mirror: id, by: 'paul/cli', why: 'ticket 4711', files: ended?.files });
    expect(events('mirror-read')).toHaveLength(1);
  }, 90_000);

  test.skipIf(noTshark !== undefined)(
    'tshark reads what was captured',
    () => {
      const { stdout, stderr } = spawnSync(
        'tshark',
        ['-r', join(folder, 'read.pcapng'), '-T', 'fields', '-e', 'icmp.type'],
        {
          encoding: 'utf8',
        },
      );
      const types = stdout.split('\n').filter((type) => type !== '');
      expect(stderr).not.toMatch(/damaged|cut short/);
      const frames = framesOf(readFileSync(join(folder, 'read.pcapng')));
      expect(types).toHaveLength(frames.filter(({ frame }) => frame.readUInt16BE(12) === 0x0800).length);
      expect(new Set(types)).toEqual(new Set(['8', '0']));
    },
    90_000,
  );

  test('it ends when its time is over, and what it captured is shredded', async () => {
    const { id } = propose('maria', '--for', '15s', '--keep', '0s').value;
    cli('paul', 'mirror', 'approve', id);
    await until(() => (mirror(id)?.figures?.packets ?? 0) > 0 || (ping(), false), 'packets should be captured');
    await untilState(id, 'shredded');
    const found = mirror(id);
    expect(found?.ended?.why).toBe('time');
    expect(found?.ended?.files).toHaveLength(1);
    expect(found?.shredded).toMatchObject({ files: found?.ended?.files });
    expect(readdirSync(join(data(), 'mirrors', id))).toEqual([]);
    expect(cli('paul', 'mirror', 'read', id, '--out', join(folder, 'late'), '--why', 'x').text).toContain('shredded');
    expect(existsSync(join(folder, 'late'))).toBe(false);
  }, 90_000);

  test('what cannot be done fails with its reason, and leaves nothing', async () => {
    const loop = cli(
      'maria',
      ...'mirror start --interface lan0 --protocol icmp --device lan0 --for 1m --purpose x'.split(' '),
    );
    expect(loop.text).toContain('copies for ever');
    const gone = cli('maria', ...'mirror start --interface nope0 --protocol icmp --for 1m --purpose x'.split(' '));
    expect(gone.text).toContain('there is no interface nope0');
    expect(mirrors().filter(({ policy }) => policy.purpose === 'x')).toEqual([]);
  }, 60_000);

  test('after kill -9 the next start removes what was set up, says so, and keeps what was captured', async () => {
    const clean = inside('tc', 'qdisc', 'show', 'dev', 'lan0').stdout;
    const ring = propose('maria', '--for', '1h').value.id;
    const copies = propose('paul', '--for', '1h', '--vxlan', '10.1.0.2').value.id;
    cli('paul', 'mirror', 'approve', ring);
    cli('maria', 'mirror', 'approve', copies);
    await untilState(copies, 'running');
    await until(
      () => inside('tc', 'filter', 'show', 'dev', 'lan0', 'egress').stdout.includes('mirred'),
      'it should copy',
    );
    await until(() => (mirror(ring)?.figures?.packets ?? 0) > 0 || (ping(), false), 'packets should be captured');
    process.kill(watcher.pid, 'SIGKILL');
    await watcher.exited;
    await start();
    await untilState(ring, 'ended');
    await untilState(copies, 'ended');
    expect(inside('tc', 'qdisc', 'show', 'dev', 'lan0').stdout).toBe(clean);
    expect(inside('ip', '-br', 'link').stdout).not.toContain('qwm');
    expect(mirror(copies)?.ended?.why).toBe('restarted');
    const ended = mirror(ring)?.ended;
    expect(ended?.why).toBe('restarted');
    expect(ended?.packets).toBeGreaterThan(0);
    const out = join(folder, 'after.pcapng');
    expect(cli('maria', 'mirror', 'read', ring, '--out', out, '--why', 'after the crash').status).toBe(0);
    expect(framesOf(readFileSync(out))).toHaveLength(ended?.packets ?? 0);
  }, 120_000);
});
