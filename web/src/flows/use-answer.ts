import { useEffect, useRef, useState } from 'preact/hooks';
import type { ApiProblem } from '../../../src/model/index.ts';
import { problemOf } from '../api/problem.ts';
import { request } from '../api/session.ts';

/** However quickly one moves along the axis, what was passed on the way is not asked for. */
const settleMs = 80;

export interface Asked<Question, Answer> {
  /** What the answer is to: while a newer one is on its way, what is on screen belongs to an older question. */
  question: Question | undefined;
  /** The last good answer, kept while a newer one is on its way. */
  answer: Answer | undefined;
  problem: ApiProblem | undefined;
  /** A newer answer is being waited for. */
  busy: boolean;
  reload: () => void;
}

/** Asks about traffic, and anew whenever the question changes; undefined asks nothing. */
export function useAnswer<Question extends object, Answer>(
  path: `/flows/${string}`,
  question: Question | undefined,
): Asked<Question, Answer> {
  const [state, setState] = useState<Omit<Asked<Question, Answer>, 'reload'>>({
    question: undefined,
    answer: undefined,
    problem: undefined,
    busy: question !== undefined,
  });
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
        const answer = await request<Answer>('POST', path, { body: question, signal: abort.signal });
        if (!abort.signal.aborted) setState({ question, answer, problem: undefined, busy: false });
      } catch (thrown) {
        if (abort.signal.aborted) return;
        setState((before) => ({ ...before, problem: problemOf(thrown), busy: false }));
      }
    };
    const timer = setTimeout(() => void ask(), asked.current ? settleMs : 0);
    return () => {
      clearTimeout(timer);
      abort.abort();
    };
  }, [path, key, turn]);
  return { ...state, reload: () => setTurn((before) => before + 1) };
}
