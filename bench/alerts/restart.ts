import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { createVerifier, openReplica, VerdictMachine } from '../../src/agree/index.ts';
import type { Opinion, OpinionState } from '../../src/model/index.ts';
import { systemClock, type Clock } from '../../src/platform/index.ts';
import { openIncidentIndex } from '../../src/store/index.ts';
import { openGenesis } from '../../src/watcher/genesis-file.ts';
import { openIdentity } from '../../src/watcher/identity.ts';
import { IncidentHistory } from '../../src/watcher/incidents/history.ts';
import { Proposer } from '../../src/watcher/proposer.ts';
import { readDocument } from '../../src/watcher/read-document.ts';
import { rounded, type BenchOptions } from '../bench.ts';
import type { AlertsPart } from './part.ts';

/**
 * A watcher whose ledger holds a hundred thousand incidents starts again: how long the record takes to open, and how long
 * until the history is whole, with its index and without. The incidents come about as they do in earnest, by opinions; only
 * the clock is made to jump, so that checks that go down two hundred times do not flap.
 */

const checks = 500;
const cycles = 200;
const quickCycles = 20;
const calmMs = 2 * 86_400_000;

export const restart: AlertsPart = async (options: BenchOptions) => {
  const directory = mkdtempSync(join(tmpdir(), 'bench-restart-'));
  try {
    const turns = options.quick ? quickCycles : cycles;
    options.log(`making ${turns * checks} incidents`);
    const made = await opened(directory);
    await makeIncidents(made, turns);
    const { entries } = made.replica.status();
    await made.replica.close();

    const [replicaMs, again] = await timed(() => opened(directory));
    const [withoutMs] = await timed(() => followed(directory, again));
    const [withMs, found] = await timed(() => followed(directory, again));
    await again.replica.close();
    return {
      rows: [
        { part: 'restart', what: 'the record opens and is verified', entries, total_ms: rounded(replicaMs) },
        {
          part: 'restart',
          what: 'the history is whole, its index lost',
          incidents: found,
          total_ms: rounded(withoutMs),
        },
        { part: 'restart', what: 'the history is whole, its index there', incidents: found, total_ms: rounded(withMs) },
      ],
      notes: ['The index is read and made beside the watch; nothing waits for it.'],
    };
  } finally {
    rmSync(directory, { recursive: true });
  }
};

type Opened = Awaited<ReturnType<typeof opened>>;

let aheadMs = 0;
const clock: Clock = { ...systemClock, now: () => systemClock.now() + aheadMs };

async function opened(directory: string) {
  const signer = await openIdentity(directory, 'bench');
  const genesis = await openGenesis(directory, signer, clock.now());
  const machine = new VerdictMachine({ genesis, readConfiguration: readDocument, verify: createVerifier() });
  const report = (problem: unknown) => {
    throw problem;
  };
  const replica = await openReplica({ directory, application: machine, clock, signer, report, core: 'solo' });
  return { machine, replica, signer, proposer: new Proposer({ replica, machine, signer, clock }) };
}

async function makeIncidents({ proposer, signer }: Opened, turns: number): Promise<void> {
  const names = Array.from({ length: checks }, (_, at) => `host-${at}`);
  const watch = names.map((name) => ({ name, type: 'icmp', host: '192.0.2.1' }));
  const source = { kind: 'file' } as const;
  await proposer.propose({ kind: 'configure', body: { document: { watch }, source, by: 'bench' } });
  const say = async (state: OpinionState) => {
    aheadMs += calmMs;
    const opinions = names.map((check): Opinion => ({
      check,
      watcher: signer.name,
      state,
      since: clock.now(),
      rounds: [state === 'up' ? 'pass' : 'fail'],
      results: [{ host: '192.0.2.1', outcome: state === 'up' ? 'pass' : 'fail', values: { 'rtt-avg': 1.5 } }],
      ...(state === 'down' && { reason: { code: 'no-reply', text: `No reply from ${check} within 1 s` } }),
    }));
    await proposer.propose({ kind: 'observe', opinions });
    await proposer.propose({ kind: 'tick' });
  };
  for (let turn = 0; turn < turns; turn++) {
    await say('down');
    await say('up');
  }
}

/** Until the history has seen every entry; how many incidents it has then. */
async function followed(directory: string, { replica, machine }: Opened): Promise<number> {
  const history = new IncidentHistory({
    clock: systemClock,
    replica,
    open: (entries) => openIncidentIndex({ file: join(directory, 'incidents.db'), network: machine.network, entries }),
    onProblem: () => undefined,
  });
  history.start();
  while (history.behind > 0) await pause(5);
  const found = await history.index?.find({ state: 'all', limit: 1 });
  await history.stop();
  return found?.total ?? 0;
}

async function timed<Answer>(work: () => Promise<Answer>): Promise<[tookMs: number, answer: Answer]> {
  const began = performance.now();
  const answer = await work();
  return [performance.now() - began, answer];
}
