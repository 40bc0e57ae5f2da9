import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs, promisify } from 'node:util';
import type { ApiUplinks, ApiUplinkSwitch } from '../../src/model/index.ts';
import { missing, Office } from './office.ts';
import { intervalMs, longestLoss, picture, Pings } from './pings.ts';
import { relay } from './relay.ts';

/**
 * `npm run demo:failover`: an office with two providers and four watchers on its router. The first provider's upstream
 * dies while its link stays up, and what a client saw is shown beside what the Netwatch paper measured.
 */
const { values } = parseArgs({
  options: {
    act: { type: 'string', default: 'local-evidence' },
    listen: { type: 'string', default: '8470' },
    once: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

const watchers = 4;
const program = join(import.meta.dirname, '../../bin/quorumwatch.mjs');
const linkPort = 7471;
/** The same inside and outside: the API answers only to the name and port that it listens on. */
const pagePort = Number(values.listen);
const patienceMs = 60_000;
const run = promisify(execFile);
const say = (line = '') => console.log(line);

const configuration = {
  site: 'office',
  watch: [{ name: 'internet', host: '8.8.8.8', type: 'icmp', interval: '1s', timeout: '500ms' }],
  uplinks: [
    { name: 'isp1', device: 'wan1', gateway: '192.168.76.1', anchors: ['1.1.1.1', '8.8.8.8', '9.9.9.9'] },
    { name: 'isp2', device: 'wan2', gateway: '192.168.75.1', anchors: ['1.1.1.1', '8.8.8.8', '9.9.9.9'] },
  ],
  failover: {
    act: values.act,
    actor: 'watcher-1',
    watchers: { select: 'site=office' },
    'probe-interval': '50ms',
    hold: '5s',
  },
};

const usage = `npm run demo:failover -- [--act local-evidence|quorum] [--listen PORT] [--once]

Builds an office in network namespaces (root), starts four watchers on its router, kills the upstream of the first
provider, and shows for how long the office was offline. The page is served on 127.0.0.1:PORT (8470) until Ctrl-C;
--once ends at once, and with 1 if the office stayed offline.`;

async function main(): Promise<number> {
  if (values.help) {
    say(usage);
    return 0;
  }
  const problem = missing();
  if (problem !== undefined) {
    console.error(`error: ${problem}`);
    return 2;
  }
  const office = new Office();
  const folder = await mkdtemp(join(tmpdir(), 'quorumwatch-demo-'));
  const interrupted = new Promise<void>((resolve) => {
    process.once('SIGINT', resolve);
    process.once('SIGTERM', resolve);
  });
  try {
    return await Promise.race([show(office, folder, interrupted), interrupted.then(() => 0)]);
  } finally {
    say('The office is taken down.');
    await office.down();
    await rm(folder, { recursive: true, force: true });
  }
}

async function show(office: Office, folder: string, interrupted: Promise<void>): Promise<number> {
  office.up();
  say('An office: pc ── router ═╦═ isp1 ═╦═ the Internet (1.1.1.1, 8.8.8.8, 9.9.9.9)');
  say('                         ╚═ isp2 ═╝');
  const page = await startWatchers(office, folder);
  say(`Four watchers run on the router; watcher-1 switches. Page: ${page.url}`);
  say(`Token to sign in with: ${page.token}`);
  await until('both uplinks are up', async () => {
    const { uplinks, serving } = await page.get<ApiUplinks>('/uplinks');
    return serving.length > 0 && uplinks.every(({ families }) => families.every(({ state }) => state === 'up'));
  });
  say('Both uplinks are up; isp1 carries the traffic.');

  const command = ['ping', '-n', '-i', String(intervalMs / 1000), '-W', '1', '8.8.8.8'];
  const pings = new Pings(office.start('pc', command, ['ignore', 'pipe', 'ignore']));
  await pause(3000);
  const first = pings.last;
  say();
  say('Now the upstream of isp1 dies. Its link and its gateway stay up.');
  office.fail('isp1');
  await pause(3000);
  const seen = pings.from(Math.max(1, first - 40));
  const isBack = seen.length > 1500 / intervalMs;
  const offlineMs = longestLoss(seen) * intervalMs;
  say(`  ${picture(seen, 100)}`);
  say(`  one character is a ping, one every ${intervalMs} ms: · answered, x lost`);
  say();
  say(isBack ? `The office was offline for ${offlineMs} ms.` : 'The office is still offline.');
  say(
    'The paper’s Netwatch asks every 5 s with a patience of 1 s: it was offline for about 3 s, and up to 6 s are possible.',
  );
  await pause(1500);
  const { items } = await page.get<{ items: ApiUplinkSwitch[] }>('/uplinks/switches?limit=1');
  for (const one of items) {
    say(
      `In the ledger at ${one.position ?? '(not agreed yet)'}: ${one.from[0]} -> ${one.to[0]}, ${one.cause}, by ${one.by}; the kernel switched ${one.timings.switchedAfterMs.toFixed(1)} ms after the decision.`,
    );
    for (const { uplink, state, reason } of one.evidence) say(`  ${uplink}: ${state}, ${reason}`);
  }
  say();
  say('isp1 is repaired, and has to be good for its hold of 5 s before it is used again.');
  office.repair('isp1');
  await until('isp1 carries the traffic again', async () => {
    const { serving } = await page.get<ApiUplinks>('/uplinks');
    return serving.every(({ uplinks }) => uplinks[0] === 'isp1');
  });
  say('isp1 carries the traffic again.');
  pings.stop();
  if (!values.once) {
    say('Ctrl-C ends the demonstration.');
    await interrupted;
  }
  return isBack ? 0 : 1;
}

interface Page {
  url: string;
  token: string;
  get<Answer>(path: string): Promise<Answer>;
}

async function startWatchers(office: Office, folder: string): Promise<Page> {
  const file = join(folder, 'quorumwatch.yaml');
  await writeFile(file, JSON.stringify(configuration, undefined, 2));
  const members = join(folder, 'members');
  const words = [
    'init',
    '--watchers',
    String(watchers),
    '--dir',
    members,
    '--port',
    String(linkPort),
    '--site',
    'office',
    '--config',
    file,
  ];
  await run(process.execPath, [program, ...words]);
  const starts = Array.from({ length: watchers }, async (_, at) => {
    const data = join(members, `watcher-${at + 1}`);
    const up = [
      'up',
      '--data',
      data,
      '--listen',
      `127.0.0.1:${pagePort + at}`,
      '--discover',
      'none',
      '--json',
      '--log',
      'error',
    ];
    const child = office.start('rtr', [process.execPath, program, ...up], ['ignore', 'pipe', 'inherit']);
    return new Promise<string>((resolve, reject) => {
      let output = '';
      child.stdout?.on('data', (chunk: Buffer) => {
        output += output.includes('\n') ? '' : chunk.toString();
        if (output.includes('\n'))
          resolve((JSON.parse(output.slice(0, output.indexOf('\n'))) as { tokenFile: string }).tokenFile);
      });
      child.once('exit', (code) => reject(new Error(`watcher-${at + 1} ended with ${code}`)));
    });
  });
  const [tokenFile = ''] = await Promise.all(starts);
  const socket = join(folder, 'page.sock');
  const inside = [process.execPath, join(import.meta.dirname, 'relay.ts'), socket, String(pagePort)];
  const child = office.start('rtr', inside, ['ignore', 'pipe', 'inherit']);
  await new Promise((resolve) => child.stdout?.once('data', resolve));
  const server = await relay({ host: '127.0.0.1', port: pagePort }, { path: socket });
  server.unref();
  const token = (await readFile(tokenFile, 'utf8')).trim();
  const url = `http://127.0.0.1:${pagePort}`;
  return {
    url,
    token,
    get: async <Answer>(path: string) => {
      const response = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${token}` } });
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as Answer;
    },
  };
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const endMs = Date.now() + patienceMs; Date.now() < endMs; await pause(200)) if (await holds()) return;
  throw new Error(`within ${patienceMs / 1000} s it did not come true that ${what}`);
}

process.exit(
  await main().catch((problem: unknown) => {
    console.error(`error: ${problem instanceof Error ? problem.message : String(problem)}`);
    return 1;
  }),
);
