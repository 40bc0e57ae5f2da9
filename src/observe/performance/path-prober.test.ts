import { afterEach, describe, expect, it } from 'vitest';
import { openDatagrams, sleep, systemClock } from '../../platform/index.ts';
import { PathProber, type PathPeer } from './path-prober.ts';

const probers: PathProber[] = [];
afterEach(() => {
  for (const prober of probers.splice(0)) prober.close();
});

/** Ports that nobody else takes meanwhile, more or less. */
const firstPort = 20_000 + (process.pid % 20_000);

function open(port: number | undefined, problems: string[] = [], host = '127.0.0.1'): PathProber {
  const prober = new PathProber({
    clock: systemClock,
    random: Math.random,
    listen: port === undefined ? undefined : { host, port },
    open: openDatagrams,
    resolve: (host) => Promise.resolve([host]),
    onProblem: (problem) => void (problem !== undefined && problems.push(problem)),
  });
  probers.push(prober);
  return prober;
}

const peer = (id: string, port: number): PathPeer => ({ id, host: '127.0.0.1', port });
const settings = { enabled: true, intervalMs: 20, pathMtu: true };
const until = async (holds: () => boolean) => {
  for (let tries = 0; !holds(); tries++) {
    if (tries > 300) throw new Error('it never came about');
    await sleep(systemClock, 20);
  }
};

describe('probes between watchers on loopback', () => {
  it('measure both ways with the stamps of the kernel', async () => {
    const [one, two] = [open(firstPort), open(firstPort + 1)];
    one.configure([peer('two', firstPort + 1)], settings);
    two.configure([peer('one', firstPort)], settings);
    await until(() => [one, two].every((prober) => (prober.figures()[0]?.answered ?? 0) > 20));
    for (const [prober, to] of [
      [one, 'two'],
      [two, 'one'],
    ] as const) {
      const [found] = prober.figures();
      expect(found).toMatchObject({ to, stamps: 'kernel', forward: { lost: 0 }, back: { lost: 0 } });
      expect(found?.rtt?.medianMs).toBeGreaterThan(0);
      expect(found?.rtt?.medianMs).toBeLessThan(5);
      expect(Math.abs(found?.clock?.aheadMs ?? 1)).toBeLessThanOrEqual((found?.clock?.boundMs ?? 0) + 0.01);
      expect(found?.mtuBytes).toBeGreaterThanOrEqual(1500);
      expect(prober.reflected).toMatchObject({ foreign: 0, malformed: 0 });
    }
  });

  it('end with the membership, and are not answered any more', async () => {
    const [one, two] = [open(firstPort + 2), open(firstPort + 3)];
    one.configure([peer('two', firstPort + 3)], settings);
    two.configure([peer('one', firstPort + 2)], settings);
    await until(() => (one.figures()[0]?.answered ?? 0) > 5);
    two.configure([], settings);
    expect(two.figures()).toEqual([]);
    const before = one.figures()[0]?.answered ?? 0;
    await sleep(systemClock, 300);
    expect((one.figures()[0]?.answered ?? 0) - before).toBeLessThan(3);
    expect(two.reflected.foreign).toBeGreaterThan(5);
  });

  it.each([
    ['IPv6, however it is written', '::1', '0:0:0:0:0:0:0:1'],
    ['IPv4 over a socket for both', '::', '127.0.0.1'],
  ])('go over %s', async (_, listening, written) => {
    const port = firstPort + (listening === '::' ? 6 : 8);
    const [one, two] = [open(port, [], listening), open(port + 1, [], listening)];
    one.configure([{ id: 'two', host: written, port: port + 1 }], settings);
    two.configure([{ id: 'one', host: written, port }], settings);
    await until(() => [one, two].every((prober) => (prober.figures()[0]?.answered ?? 0) > 5));
    expect(one.figures()[0]).toMatchObject({ stamps: 'kernel', forward: { lost: 0 } });
    expect(two.reflected.foreign).toBe(0);
  });

  it('leave from where nobody calls, too', async () => {
    const [one, two] = [open(undefined), open(firstPort + 10)];
    one.configure([peer('two', firstPort + 10)], settings);
    two.configure([{ id: 'one', host: '127.0.0.1', port: 1 }], settings);
    await until(() => (one.figures()[0]?.answered ?? 0) > 5);
  });

  it('say what keeps them from being sent', async () => {
    const problems: string[] = [];
    const [one, two] = [open(firstPort + 4), open(firstPort + 4, problems)];
    one.configure([{ id: 'two', host: undefined, port: 0 }], settings);
    await until(() => one.figures()[0]?.problem !== undefined);
    expect(one.figures()[0]?.problem).toContain('only calls others');
    two.configure([peer('one', firstPort)], settings);
    await until(() => problems.length > 0);
    expect(problems[0]).toContain('address already in use');
  });
});
