import { useState } from 'preact/hooks';
import type { ApiProblem } from '../../../src/model/index.ts';
import { problemOf } from '../api/problem.ts';

/** Carries out one change at a time, and keeps what went wrong with the last one. */
export function useChange(): {
  busy: boolean;
  problem: ApiProblem | undefined;
  run: (change: () => Promise<unknown>, done?: () => void) => void;
} {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined);
  const carryOut = async (change: () => Promise<unknown>, done: (() => void) | undefined) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await change();
      done?.();
    } catch (thrown) {
      setProblem(problemOf(thrown));
    } finally {
      setBusy(false);
    }
  };
  return {
    busy,
    problem,
    run: (change, done) => {
      if (!busy) void carryOut(change, done);
    },
  };
}
