import { readFileSync } from 'node:fs';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, expect, test } from 'vitest';
import { utf8, verifyCertificate, type ApiObjectiveDetail, type ApiObjectiveReport } from '../src/model/index.ts';
import { silentLog, systemClock } from '../src/platform/index.ts';
import { certificateCrypto, readConfigurationText, readGenesisFile, startWatcher } from '../src/watcher/index.ts';
import { writeExport } from '../src/cli/write-export.ts';
import { cleanUp, folder, quick, webServer } from './support/rig.ts';

afterEach(cleanUp);

const objectives = `
objectives:
  - { name: time, goal: 99.9, period: month, time-zone: Europe/Berlin, checks: [web], indicator: { uptime: {} } }
  - { name: samples, goal: 50, period: 7d, checks: [web], minimum-volume: 5 }
  - { name: fast, goal: 99, period: 7d, checks: [web], indicator: { latency: { below: 10s } }, alerts: { disabled: true } }
`;

/** A whole watcher sees a web server fail and come back; what is said of it can be proved without the watcher. */
test(
  'an outage costs budget, is in the report of its month, and its certificate is verified offline',
  { timeout: 60_000 },
  async () => {
    let status = 200;
    const web = await webServer(() => ({ status, body: '' }));
    const yaml = `watch: [{ name: web, type: http-get, host: 127.0.0.1, port: ${web.port}, ${quick} }]\n${objectives}`;
    const { document } = await readConfigurationText({ yaml, file: 'test' });
    const watcher = await startWatcher({
      directory: join(folder(), 'data'),
      hostName: hostname(),
      uptimeMs: () => 1e9,
      clock: systemClock,
      random: Math.random,
      log: silentLog,
      version: '0',
      pageUrl: 'http://127.0.0.1',
      firstConfiguration: async () => ({ document, file: 'test', source: { kind: 'file' } }),
    });
    try {
      watcher.begin();
      const until = async (wanted: string) => {
        const end = performance.now() + 10_000;
        const verdict = async () => (await watcher.queries.check('web'))?.verdict;
        while ((await verdict()) !== wanted && performance.now() < end) await delay(50);
        expect(await verdict()).toBe(wanted);
      };
      await until('up');
      const before = systemClock.now();
      status = 500;
      await until('down');
      await delay(1000);
      status = 200;
      await until('up');
      const afterwards = systemClock.now();
      await delay(1500);

      const time = await watcher.objectives.get('time');
      expect(time.problem).toBeUndefined();
      expect(time.outages).toMatchObject([{ check: 'web', cut: false }]);
      expect(time.bad).toBe(time.outages[0]?.durationMs);
      expect(time.bad).toBeGreaterThan(900);
      expect(time.bad).toBeLessThan(afterwards - before + 1000);
      // The time before the watch began is unknown.
      expect(time.total).toBeLessThan(60_000);
      expect(time.budget.spent).toBe(time.bad);

      const samples = await watcher.objectives.get('samples');
      const stored = watcher.queries.samples('web', 1000);
      expect(samples.total).toBeGreaterThan(5);
      expect(samples.total).toBeLessThanOrEqual(stored.length);
      expect(samples.bad).toBeGreaterThan(0);
      expect(samples.bad).toBeLessThan(samples.total);
      expect(samples.compliance).toBeCloseTo((100 * (samples.total - samples.bad)) / samples.total, 9);
      expect(samples.alerts.map(({ policy }) => policy)).toEqual(['samples-burn-slow']);
      expect(samples.alerts[0]?.longBurnRate).toBeCloseTo((2 * samples.bad) / samples.total, 0);

      const fast: ApiObjectiveDetail = await watcher.objectives.get('fast');
      expect(fast.total).toBeGreaterThan(0);
      expect(fast).toMatchObject({ bad: 0, compliance: 100, state: 'met', alerts: [] });
      expect(fast.latency).toMatchObject({ belowMs: 10_000 });

      const month = time.months[0]?.month ?? '';
      const { files, report } = await watcher.objectives.report('time', month);
      const fileOf = (path: string) => files.find((file) => file.path === path)?.text ?? '';
      const read = JSON.parse(fileOf('report.json')) as ApiObjectiveReport;
      expect(read).toEqual(report);
      const [outage] = report.outages;
      expect(outage).toMatchObject({ check: 'web', incident: expect.any(String) as string });
      expect(outage?.certificate).toBe(`certificates/${outage?.incident}.outage.json`);
      const out = join(folder(), 'report');
      await writeExport(out, files);
      const genesis = await readGenesisFile(join(out, 'genesis.json'));
      if (!genesis) throw new Error('a report has the genesis');
      const certificate = readFileSync(join(out, outage?.certificate ?? ''), 'utf8');
      expect(verifyCertificate(certificateCrypto, utf8(certificate), genesis)).toMatchObject({ ok: true });
      const forged = certificate.replaceAll('web', 'wob');
      expect(forged).not.toBe(certificate);
      expect(verifyCertificate(certificateCrypto, utf8(forged), genesis).ok).toBe(false);
      expect(fileOf('report.md')).toContain(`| web | ${outage?.from}`);

      const several = [1, 2, 3].map(() => watcher.objectives.report('time', month));
      const settled = await Promise.allSettled(several);
      expect(settled.map(({ status: outcome }) => outcome)).toEqual(['fulfilled', 'fulfilled', 'rejected']);

      await expect(watcher.objectives.report('time', '2999-01')).rejects.toThrow('has not begun');
      await expect(watcher.objectives.get('nobody')).rejects.toThrow('there is no objective');
      expect((await watcher.objectives.list({ search: 'FAST' }, { limit: 10 })).items.map(({ name }) => name)).toEqual([
        'fast',
      ]);
    } finally {
      await watcher.stop();
    }
  },
);
