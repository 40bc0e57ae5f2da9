import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { genesisSchema } from '../src/model/index.ts';
import { cleanUp, cli, folder } from './support/rig.ts';

afterEach(cleanUp);

interface Made {
  genesis: string;
  members: { id: string; publicKey: string; dir: string }[];
}

const genesisIn = (directory: string) =>
  genesisSchema.parse(JSON.parse(readFileSync(join(directory, 'genesis.json'), 'utf8')));

test('four members: one genesis, four keys, the operator’s key apart, a signed first configuration', async () => {
  const cwd = folder();
  writeFileSync(join(cwd, 'watch.yaml'), 'site: lab\nwatch:\n  - { name: web, host: 127.0.0.1 }\n');
  const dir = join(cwd, 'office');
  const options = ['--hosts', '10.0.0.1,10.0.0.2,10.0.0.2,[fd00::1]:9000', '--site', 'a,b,b,c'];
  const done = await cli(cwd, 'init', '--watchers', '4', '--dir', dir, ...options, '--config', 'watch.yaml', '--json');
  expect(done.code, done.stderr).toBe(0);
  expect(done.stderr).toContain('N = 3f+1 with N = 4 and f = 1');
  const made = JSON.parse(done.stdout) as Made;
  expect(made.genesis).toBe(join(dir, 'genesis.json'));
  const genesis = genesisIn(dir);
  expect(genesis).toMatchObject({ cluster: 'office', protocol: 'pbft', nextNumber: 5 });
  expect(genesis.watchers.map(({ address, site }) => [address, site])).toEqual([
    ['10.0.0.1:8471', 'a'],
    ['10.0.0.2:8471', 'b'],
    ['10.0.0.2:8472', 'b'],
    ['[fd00::1]:9000', 'c'],
  ]);
  expect(new Set(genesis.watchers.map(({ publicKey }) => publicKey)).size).toBe(4);
  expect(statSync(join(dir, 'operator.key.pem')).mode & 0o777).toBe(0o600);
  for (const [index, member] of made.members.entries()) {
    expect(member).toMatchObject({ id: `watcher-${index + 1}`, publicKey: genesis.watchers[index]?.publicKey });
    expect(genesisIn(member.dir)).toEqual(genesis);
    expect(readFileSync(join(member.dir, 'watcher.id'), 'utf8')).toBe(`${member.id}\n`);
    expect(statSync(join(member.dir, 'watcher.key.pem')).mode & 0o777).toBe(0o600);
    expect(existsSync(join(member.dir, 'operator.key.pem'))).toBe(false);
    const first = JSON.parse(readFileSync(join(member.dir, 'configuration.json'), 'utf8')) as unknown;
    expect(first).toMatchObject({
      document: { site: 'lab', watch: [{ name: 'web', host: '127.0.0.1' }] },
      authority: { operator: 'operator', base: 0 },
    });
  }
});

test('nothing is overwritten, and a number that wastes a member is remarked on', async () => {
  const cwd = folder();
  const first = await cli(cwd, 'init', '--watchers', '5', '--dir', 'five');
  expect(first).toMatchObject({ code: 0, stdout: expect.stringContaining('quorumwatch up --data five/watcher-5') });
  expect(first.stderr).toContain('5 members survive no more than 4 do; 7 survive 2');
  const key = readFileSync(join(cwd, 'five/watcher-1/watcher.key.pem'), 'utf8');
  const again = await cli(cwd, 'init', '--watchers', '4', '--dir', 'five');
  expect(again).toMatchObject({ code: 1, stderr: expect.stringContaining('keys are never overwritten') });
  expect(readFileSync(join(cwd, 'five/watcher-1/watcher.key.pem'), 'utf8')).toBe(key);
});

test('wrong input is refused before anything is made', async () => {
  const cwd = folder();
  writeFileSync(join(cwd, 'bad.yaml'), 'wotch: []\n');
  for (const [args, says] of [
    [['--watchers', '0'], 'expected a number from 1 to 64'],
    [['--watchers', '4', '--hosts', 'a,b'], '--hosts has 2 values for 4 watchers'],
    [['--hosts', 'a:1,a:1,b,c'], 'two members cannot both be at a:1'],
    [['--hosts', 'a b'], 'expected HOST or HOST:PORT'],
    [['--config', 'bad.yaml'], 'bad.yaml:1:1'],
  ] as const) {
    const done = await cli(cwd, 'init', '--dir', 'made', ...args);
    expect(done, args.join(' ')).toMatchObject({ code: 2, stderr: expect.stringContaining(says) });
    expect(existsSync(join(cwd, 'made'))).toBe(false);
  }
});

test('a newcomer gets its own folder and key, and is told how it is added', async () => {
  const cwd = folder();
  await cli(cwd, 'init', '--dir', 'four');
  const join = ['join', '--genesis', 'four/genesis.json', '--id', 'branch', '--data', 'branch'];
  const done = await cli(cwd, ...join, '--peer-listen', '192.0.2.9', '--site', 'b');
  expect(done.code, done.stderr).toBe(0);
  const key = /member add branch --public-key ([0-9a-f]{64}) --address 192\.0\.2\.9:8471 --site b/.exec(done.stdout);
  expect(key?.[1]).toBeDefined();
  expect(readFileSync(`${cwd}/branch/genesis.json`, 'utf8')).toBe(readFileSync(`${cwd}/four/genesis.json`, 'utf8'));
  expect(await cli(cwd, ...join)).toMatchObject({ code: 1, stderr: expect.stringContaining('never overwritten') });
  const taken = await cli(cwd, ...join.slice(0, 3), '--id', 'watcher-1', '--data', 'other');
  expect(taken).toMatchObject({ code: 1, stderr: expect.stringContaining('began with a watcher watcher-1') });
});

test('a cluster by raft is made with a warning of what it does not protect against', async () => {
  const cwd = folder();
  const made = await cli(cwd, 'init', '--watchers', '3', '--protocol', 'raft', '--dir', 'three');
  expect(made).toMatchObject({ code: 0, stdout: expect.stringContaining('N = 2f+1 with N = 3 and f = 1') });
  expect(made.stderr).toContain('not against one that lies');
});

test('an operator’s key signs for its own cluster only', async () => {
  const cwd = folder();
  await cli(cwd, 'init', '--dir', 'four');
  await cli(cwd, 'init', '--dir', 'foreign');
  const sign = ['member', 'promote', 'branch', '--operator-key', 'four/operator.key.pem'];
  const foreign = await cli(cwd, ...sign, '--genesis', 'foreign/genesis.json');
  expect(foreign).toMatchObject({ code: 1, stderr: expect.stringContaining('does not name this operator’s key') });
  const noKey = await cli(cwd, ...sign.slice(0, 3), '--operator-key', 'four/genesis.json');
  expect(noKey).toMatchObject({ code: 2, stderr: expect.stringContaining('not a private key') });
  expect(await cli(cwd, ...sign)).toMatchObject({ code: 1, stderr: expect.stringContaining('no watcher runs') });
});
