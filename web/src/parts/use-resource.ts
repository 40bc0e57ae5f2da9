import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiProblem } from '../../../src/model/index.ts';
import { problemOf } from '../api/problem.ts';

export interface Resource<Data> {
  /** The last good answer; stays while a newer one is fetched or fails. */
  data: Data | undefined;
  problem: ApiProblem | undefined;
  reload: () => void;
}

export interface ResourceOptions {
  /** Read again after so many milliseconds. */
  refreshMs?: number;
}

/** However many events ask for a new reading in this time, it is read once. */
const reloadAfterMs = 150;

/** Something read from the API, for as long as the key stays the same and the view stays on screen. */
export function useResource<Data>(
  key: string,
  load: (signal: AbortSignal) => Promise<Data>,
  options: ResourceOptions = {},
): Resource<Data> {
  const [state, setState] = useState<{ key: string; data?: Data; problem?: ApiProblem }>({ key });
  const [turn, setTurn] = useState(0);
  const latest = useRef(load);
  latest.current = load;
  const { refreshMs } = options;
  const reloadTimer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const reload = () => {
    reloadTimer.current ??= setTimeout(() => {
      reloadTimer.current = undefined;
      setTurn((before) => before + 1);
    }, reloadAfterMs);
  };
  useEffect(() => () => clearTimeout(reloadTimer.current), []);

  useEffect(() => {
    const abort = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const round = async () => {
      try {
        if (!document.hidden) {
          const data = await latest.current(abort.signal);
          if (!abort.signal.aborted) setState({ key, data });
        }
      } catch (thrown) {
        if (abort.signal.aborted) return;
        const problem = problemOf(thrown);
        setState((before) => (before.key === key ? { ...before, problem } : { key, problem }));
      }
      if (refreshMs !== undefined && !abort.signal.aborted) timer = setTimeout(() => void round(), refreshMs);
    };
    void round();
    return () => {
      abort.abort();
      clearTimeout(timer);
    };
  }, [key, turn, refreshMs]);

  // Between a change of key and its answer there is nothing to show: another thing's data would be a lie.
  const current = state.key === key ? state : { data: undefined, problem: undefined };
  return { data: current.data, problem: current.problem, reload };
}
