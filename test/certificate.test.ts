import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CertifiedCluster, stageOutage } from '../src/agree/record/certificate.fixture.ts';
import { exportCertificate } from '../src/agree/record/export-certificate.ts';
import { cleanUp, cli, folder } from './support/rig.ts';

/** `certificate verify` from a folder that holds two files and nothing else: no watcher, no key, no network. */

let cwd = '';
beforeAll(() => {
  cwd = folder();
  const cluster = new CertifiedCluster();
  const { incident, transitions } = stageOutage(cluster);
  const text = exportCertificate(cluster.sources(cluster.committed(), incident, transitions));
  writeFileSync(join(cwd, 'good.outage.json'), text);
  writeFileSync(join(cwd, 'changed.outage.json'), text.replace('"epochs"', '"Epochs"'));
  writeFileSync(join(cwd, 'genesis.json'), JSON.stringify(cluster.genesis, undefined, 2));
  writeFileSync(join(cwd, 'foreign.json'), JSON.stringify(new CertifiedCluster(7).genesis));
  writeFileSync(join(cwd, 'torn.json'), '{');
});
afterAll(cleanUp);

const verify = (file: string, genesis: string, ...more: string[]) =>
  cli(cwd, 'certificate', 'verify', file, '--genesis', genesis, ...more);

describe('certificate verify', () => {
  test('says what a good certificate shows, what it proves and what not', async () => {
    const { code, stdout, stderr } = await verify('good.outage.json', 'genesis.json');
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(stdout).toContain('VALID: web is down (cluster office, incident 1)');
    expect(stdout).toContain('for: east, north, south, west');
    expect(stdout).toContain('Not proved: that the probes were right');
  });

  test('prints one JSON document', async () => {
    const { code, stdout } = await verify('good.outage.json', 'genesis.json', '--json');
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toMatchObject({ ok: true, reason: 'ok', outage: { check: 'web', need: 3 } });
  });

  test.each([
    ['changed.outage.json', 'genesis.json', 'wrong-shape'],
    ['good.outage.json', 'foreign.json', 'foreign-genesis'],
    ['genesis.json', 'genesis.json', 'wrong-shape'],
    ['torn.json', 'genesis.json', 'not-json'],
  ])('refuses %s with %s: %s', async (file, genesis, reason) => {
    const { code, stdout } = await verify(file, genesis, '--json');
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, reason });
    expect((await verify(file, genesis)).stdout).toContain(`REFUSED: ${reason}`);
  });

  test.each([
    ['good.outage.json', 'none.json', 'none.json'],
    ['none.outage.json', 'genesis.json', 'none.outage.json'],
    ['good.outage.json', 'torn.json', 'torn.json'],
  ])('cannot judge %s with %s', async (file, genesis, named) => {
    const { code, stdout, stderr } = await verify(file, genesis);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(new RegExp(`^error: .*${named}`));
  });
});
