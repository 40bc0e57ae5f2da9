import { spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { nodeDisk, systemClock } from '../../platform/index.ts';
import { pointsTable } from '../table.ts';
import { openSegments } from './open-segments.ts';
import { readSegment } from './read-segment.ts';

const writer = fileURLToPath(new URL('writer.fixture.ts', import.meta.url));
const rounds = Number(process.env['QW_KILL_ROUNDS'] ?? 4);
const valuesOfRound = 1_000_000;

/** The value below which everything was acknowledged when the writer was killed, so long after its first one. */
function killedWriter(directory: string, first: number, afterMs: number): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [writer, directory, String(first)], { stdio: ['ignore', 'pipe', 'inherit'] });
    let said = '';
    child.stdout.on('data', (bytes: Buffer) => {
      if (said === '') setTimeout(() => child.kill('SIGKILL'), afterMs);
      said += bytes.toString();
    });
    child.on('error', reject);
    child.on('close', () => {
      const lines = said.slice(0, said.lastIndexOf('\n')).split('\n');
      resolve(Number(lines.at(-1) || first));
    });
  });
}

test(
  `kill -9 while segments are written and merged, ${rounds} times: nothing acknowledged is lost, nothing is there twice`,
  async () => {
    const directory = await mkdtemp(`${tmpdir()}/qw-segments-`);
    try {
      const ends: number[] = [];
      for (let round = 0; round < rounds; round++) {
        ends.push(await killedWriter(directory, round * valuesOfRound, 20 + ((round * 67) % 350)));
        const store = await openSegments({ directory, clock: systemClock });
        expect(store.problems).toEqual([]);
        expect(await store.verify()).toEqual([]);
        const found = new Set<number>();
        let rows = 0;
        for (const segment of store.segments()) {
          for await (const batch of readSegment(nodeDisk, segment, pointsTable)) {
            for (const value of batch.columns['value'] ?? []) found.add(Number(value));
            rows += batch.rows;
          }
        }
        expect(rows).toBe(found.size);
        for (const [at, end] of ends.entries()) {
          expect(end).toBeGreaterThan(at * valuesOfRound);
          let missing = 0;
          for (let value = at * valuesOfRound; value < end; value++) if (!found.has(value)) missing += 1;
          expect(missing, `round ${at}`).toBe(0);
        }
        await store.close();
      }
    } finally {
      await rm(directory, { recursive: true });
    }
  },
  20_000 + rounds * 10_000,
);
