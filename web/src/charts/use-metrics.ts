import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiMetricsAnswer, ApiMetricsQuery, ApiProblem } from '../../../src/model/index.ts';
import { problemOf } from '../api/problem.ts';
import { request } from '../api/session.ts';

/** However quickly one moves along the axis, what was passed on the way is not asked for. */
const settleMs = 80;

export interface Metrics {
  /** The last good answer, kept while a newer one is on its way; with the time that it was asked for. */
  data: { answer: ApiMetricsAnswer; fromMs: number; toMs: number } | undefined;
  problem: ApiProblem | undefined;
  /** A newer answer is being waited for. */
  busy: boolean;
  reload: () => void;
}

/** Asks for metrics, and anew whenever the question changes; undefined asks nothing. */
export function useMetrics(question: ApiMetricsQuery | undefined): Metrics {
  const [state, setState] = useState<Omit<Metrics, 'reload'>>({ data: undefined, problem: undefined, busy: true });
  const [turn, setTurn] = useState(0);
  const asked = useRef(false);
  const key = question === undefined ? '' : JSON.stringify(question);
  useEffect(() => {
    if (question === undefined) return undefined;
    const abort = new AbortController();
    setState((before) => ({ ...before, busy: true }));
    const ask = async () => {
      asked.current = true;
      try {
        const answer = await request<ApiMetricsAnswer>('POST', '/metrics/query', {
          body: question,
          signal: abort.signal,
        });
        if (abort.signal.aborted) return;
        const data = { answer, fromMs: Date.parse(question.from), toMs: Date.parse(question.to) };
        setState({ data, problem: undefined, busy: false });
      } catch (thrown) {
        if (abort.signal.aborted) return;
        setState((before) => ({ data: before.data, problem: problemOf(thrown), busy: false }));
      }
    };
    const timer = setTimeout(() => void ask(), asked.current ? settleMs : 0);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [key, turn]);
  return { ...state, reload: () => setTurn((before) => before + 1) };
}
