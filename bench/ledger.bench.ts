import { rm, mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { DatabaseSync } from 'node:sqlite';
import { openKeyFile, openReplica, verifyLedger, type Application, type Replica } from '../src/agree/index.ts';
import { nodeDisk, systemClock } from '../src/platform/index.ts';
import { machine, median, percentile, rounded, type BenchOptions, type BenchResult, type BenchRow } from './bench.ts';

export const question =
  'How many entries a second does the ledger make durable, and how fast does a long one verify and reopen?';

const writerCounts = [1, 64, 256];
const bodyBytes = 300;

export async function run(options: BenchOptions): Promise<BenchResult> {
  const directory = await mkdtemp(`${tmpdir()}/quorumwatch-bench-`);
  try {
    const rows = [...(await durable(directory, options)), await long(directory, options)];
    const notes = [
      `entries have bodies of ${bodyBytes} bytes; every one is hash-chained and in the Merkle tree before it is answered`,
      'peer: node:sqlite, journal_mode=WAL, synchronous=FULL, one transaction an entry; its writers take turns',
      'a writer proposes its next entry when the last one is durable and applied',
    ];
    return { question, machine: machine(), rows, notes };
  } finally {
    await rm(directory, { recursive: true });
  }
}

/** Ours and the peer take turns, so that a noisy minute hits both. */
async function durable(directory: string, { quick, log }: BenchOptions): Promise<BenchRow[]> {
  const rounds = quick ? 1 : 5;
  const forMs = quick ? 500 : 2000;
  const rows: BenchRow[] = [];
  for (const writers of writerCounts) {
    const ours: Measured[] = [];
    const peer: Measured[] = [];
    for (let round = 0; round < rounds; round++) {
      log(`${writers} writers, round ${round + 1} of ${rounds}`);
      const folder = `${directory}/durable-${writers}-${round}`;
      const replica = await open(folder);
      const body = Buffer.from('x'.repeat(bodyBytes));
      ours.push(await load(writers, forMs, () => replica.propose(body)));
      await replica.close();
      await rm(folder, { recursive: true });
      peer.push(await sqlite(`${directory}/peer-${writers}-${round}.db`, writers, forMs));
    }
    const rate = (runs: Measured[]) => median(runs.map(({ perSecond }) => perSecond));
    rows.push({
      writers,
      entriesPerSecond: rounded(rate(ours)),
      p50Ms: rounded(median(ours.map(({ p50Ms }) => p50Ms))),
      p99Ms: rounded(median(ours.map(({ p99Ms }) => p99Ms))),
      cpuPerEntryUs: rounded(median(ours.map(({ cpuUs }) => cpuUs))),
      sqlitePerSecond: rounded(rate(peer)),
      sqliteCpuPerEntryUs: rounded(median(peer.map(({ cpuUs }) => cpuUs))),
      ratio: rounded(rate(ours) / rate(peer)),
    });
  }
  return rows;
}

/** A long ledger: written, verified offline, reopened with its snapshot. */
async function long(directory: string, { quick, log }: BenchOptions): Promise<BenchRow> {
  const entries = quick ? 100_000 : 1_000_000;
  const page = 1000;
  const folder = `${directory}/long`;
  log(`writing ${entries} entries`);
  const body = Buffer.from('x'.repeat(bodyBytes));
  let replica = await open(folder);
  for (let written = 0; written < entries; written += page) {
    await Promise.all(Array.from({ length: page }, () => replica.propose(body)));
  }
  await replica.close();
  const verifyS: number[] = [];
  const reopenS: number[] = [];
  const cpuS: number[] = [];
  for (let round = 0; round < (quick ? 1 : 5); round++) {
    log(`verify and reopen, round ${round + 1}`);
    const cpu = process.cpuUsage();
    let started = performance.now();
    const result = await verifyLedger(folder);
    verifyS.push((performance.now() - started) / 1000);
    if (!result.ok || result.entries !== entries)
      throw new Error(`the ledger does not verify: ${JSON.stringify(result)}`);
    started = performance.now();
    replica = await open(folder);
    reopenS.push((performance.now() - started) / 1000);
    const { user, system } = process.cpuUsage(cpu);
    cpuS.push((user + system) / 1_000_000);
    await replica.close();
  }
  return {
    entries,
    verifyS: rounded(median(verifyS)),
    reopenS: rounded(median(reopenS)),
    togetherS: rounded(median(verifyS) + median(reopenS)),
    togetherCpuS: rounded(median(cpuS)),
    residentMb: Math.round(process.memoryUsage.rss() / 1_000_000),
  };
}

interface Measured {
  perSecond: number;
  p50Ms: number;
  p99Ms: number;
  cpuUs: number;
}

async function load(writers: number, forMs: number, write: () => unknown): Promise<Measured> {
  const latencies: number[] = [];
  const cpu = process.cpuUsage();
  const started = performance.now();
  const end = started + forMs;
  await Promise.all(
    Array.from({ length: writers }, async () => {
      for (let at = performance.now(); at < end;) {
        await write();
        const now = performance.now();
        latencies.push(now - at);
        at = now;
      }
    }),
  );
  const { user, system } = process.cpuUsage(cpu);
  return {
    perSecond: (latencies.length * 1000) / (performance.now() - started),
    p50Ms: percentile(latencies, 50),
    p99Ms: percentile(latencies, 99),
    cpuUs: (user + system) / latencies.length,
  };
}

async function sqlite(path: string, writers: number, forMs: number): Promise<Measured> {
  const database = new DatabaseSync(path);
  database.exec(
    'PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE entry (position INTEGER PRIMARY KEY, body TEXT)',
  );
  const insert = database.prepare('INSERT INTO entry (body) VALUES (?)');
  const body = 'x'.repeat(bodyBytes);
  const measured = await load(writers, forMs, () => insert.run(body));
  database.close();
  return measured;
}

async function open(directory: string): Promise<Replica> {
  const signer = await openKeyFile(nodeDisk, directory, 'key.pem', 'bench');
  return openReplica({ directory, core: 'solo', application: keep(), clock: systemClock, signer });
}

/** Keeps the request as the body of one entry. */
function keep(): Application {
  let count = 0;
  return {
    execute: (request) => [{ kind: 'transition', body: Buffer.from(request).toString() }],
    apply: () => {
      count += 1;
    },
    snapshot: () => Buffer.from(String(count)),
    restore: (snapshot) => {
      count = Number(Buffer.from(snapshot).toString());
    },
  };
}
