import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { readPlanFile, replay, runSeeds, simulations, type PlanFile } from '../../src/lab/index.ts';

const plans = join(import.meta.dirname, 'plans');
const cli = join(import.meta.dirname, '../../src/cli/main.ts');
const out = mkdtempSync(join(tmpdir(), 'qw-sim-'));
afterAll(() => rmSync(out, { recursive: true, force: true }));

function read(name: string): PlanFile {
  const file = readPlanFile(readFileSync(join(plans, name), 'utf8'));
  if (typeof file === 'string') throw new Error(`${name}: ${file}`);
  return file;
}

describe('plans that failed once', () => {
  it.each(readdirSync(plans))('%s: passes now, and fails where its bug is seeded', (name) => {
    const { invariant, plan } = read(name);
    const { mutation: _, ...honest } = plan;
    expect(replay(honest, () => undefined)?.violation).toBeUndefined();
    if (plan.mutation !== undefined) expect(replay(plan, () => undefined)?.violation?.invariant).toBe(invariant);
  });
});

describe('sim', () => {
  const qw = (...args: string[]) => spawnSync(process.execPath, [cli, 'sim', ...args], { encoding: 'utf8', cwd: out });

  it('run gives one document, and 0 when no law is broken', () => {
    const { status, stdout } = qw('run', '--protocol', 'raft', '--seeds', '1..5', '--json');
    expect(status).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ seeds: 5, failed: [], messagesPerSecond: expect.any(Number) });
  });

  it('run leaves a shrunk plan of what failed, and replay fails on it in the same way', () => {
    const mutation = 'old-terms-commit-by-counting';
    const { status, stdout } = qw('run', '--protocol', 'raft', '--seeds', '1', '--mutation', mutation, '--json');
    expect(status).toBe(1);
    const [failed] = (JSON.parse(stdout) as { failed: { seed: number; invariant: string; shrunk: string }[] }).failed;
    expect(failed).toMatchObject({ seed: 1, invariant: 'commit-rule' });
    const again = qw('replay', failed?.shrunk ?? '', '--json');
    expect(again.status).toBe(1);
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: false, invariant: 'commit-rule' });
    expect(again.stderr).toContain('VIOLATION');
  });

  it.each([
    [['run', '--protocol', 'paxos', '--seeds', '1..2'], 'no protocol paxos'],
    [['run', '--protocol', 'raft', '--seeds', '5..2'], 'expected seeds as A..B'],
    [['run', '--protocol', 'raft', '--seeds', '1', '--mutation', 'none'], 'no mutation none'],
    [
      ['run', '--protocol', 'pbft', '--seeds', '1', '--mutation', 'time-goes-back'],
      'npm run mutation -- time-goes-back',
    ],
    [['replay', 'missing.json'], 'cannot be read'],
  ])('%j is wrong usage, and says why', (args, reason) => {
    const { status, stderr } = qw(...args);
    expect(status).toBe(2);
    expect(stderr).toContain(reason);
  });
});

/** Takes some minutes on a busy machine: `QW_SIM_LONG=1 npx vitest run test/sim`. */
describe.runIf(process.env['QW_SIM_LONG'] === '1')('the whole gate', () => {
  const seeded = simulations().flatMap(({ protocol, mutations }) => mutations.map((name) => [protocol, name] as const));

  it.each(seeded)('%s with %s is caught within 2,000 seeds', { timeout: 600_000 }, (protocol, mutation) => {
    let caught: string | undefined;
    for (const { seed, outcome } of runSeeds(protocol, 1, 2000, mutation) ?? []) {
      caught = outcome.violation && `${outcome.violation.invariant} by seed ${seed}`;
      if (caught !== undefined) break;
    }
    expect(caught).toBeDefined();
  });

  it('raft: 5,000 seeds, none failed', { timeout: 600_000 }, () => {
    const failed = [...(runSeeds('raft', 1, 5000) ?? [])].filter(({ outcome }) => outcome.violation);
    expect(failed.map(({ seed, outcome }) => [seed, outcome.violation])).toEqual([]);
  });
});
