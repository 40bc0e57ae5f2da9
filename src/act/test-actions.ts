import type { Check, LogAction, RunAction } from '../model/index.ts';
import { sleep, type Clock, type Log } from '../platform/index.ts';
import { runScript } from './scripts/run.ts';

/** Over all checks: programs after every probe must not take the machine. */
const atOnce = 8;

export interface TestActionsOptions {
  clock: Clock;
  log: Log;
  signal: AbortSignal;
}

export interface TestActions {
  /** After a probe: runs the check's `test:` list with Netwatch's variables, unless it still runs. */
  offer(check: Pick<Check, 'name' | 'test'>, variables: Readonly<Record<string, string>>): void;
  /** `skipped`: probes whose list was not run, because that check's or too many others' still ran. */
  statistics(): { running: number; done: number; failed: number; skipped: number };
  /** Ends what runs. */
  stop(): Promise<void>;
}

/** What Netwatch's test-script does: run and log actions after every probe, of which the ledger knows nothing. */
export function createTestActions({ clock, log, signal }: TestActionsOptions): TestActions {
  const running = new Map<string, Promise<void>>();
  const counts = { done: 0, failed: 0, skipped: 0 };
  const stopping = new AbortController();
  const ending = AbortSignal.any([signal, stopping.signal]);

  async function carryOut(check: string, action: RunAction | LogAction, variables: Readonly<Record<string, string>>) {
    if (action.delayMs > 0) await sleep(clock, action.delayMs, ending);
    if (ending.aborted) return;
    if (action.kind === 'log') {
      log[action.level](action.message, { check });
      counts.done++;
      return;
    }
    const finding = await runScript(action, variables, ending);
    if (finding.cutOff) return;
    counts[finding.outcome]++;
    if (finding.outcome === 'failed') log.warning(`test action failed: ${finding.text}`, { check });
  }

  async function carryOutAll(check: Pick<Check, 'name' | 'test'>, variables: Readonly<Record<string, string>>) {
    for (const action of check.test) {
      if (action.kind === 'run' || action.kind === 'log') await carryOut(check.name, action, variables);
    }
  }

  return {
    offer(check, variables) {
      if (check.test.length === 0 || ending.aborted) return;
      if (running.has(check.name) || running.size >= atOnce) {
        counts.skipped++;
        return;
      }
      running.set(
        check.name,
        carryOutAll(check, variables).finally(() => running.delete(check.name)),
      );
    },
    statistics: () => ({ running: running.size, ...counts }),
    async stop() {
      stopping.abort();
      await Promise.all(running.values());
    },
  };
}
