import { useState } from 'preact/hooks';
import type { ApiProblem } from '../../../src/model/index.ts';
import { problemOf } from '../api/problem.ts';
import { request } from '../api/session.ts';

/** Something that a person does through the API, one at a time; what went wrong stays until the next try. */
export interface Act {
  busy: boolean;
  problem: ApiProblem | undefined;
  /** Resolves to whether it was done. */
  send: (method: 'POST' | 'PUT' | 'DELETE', path: string, body?: object) => Promise<boolean>;
}

export function useAct(done: () => void): Act {
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined);
  return {
    busy,
    problem,
    send: async (method, path, body) => {
      setBusy(true);
      setProblem(undefined);
      try {
        await request(method, path, { body });
        done();
        return true;
      } catch (thrown) {
        setProblem(problemOf(thrown));
        return false;
      } finally {
        setBusy(false);
      }
    },
  };
}
