import type { ApiBacktest, ApiBacktestProgress, ApiProblem } from '../../../src/model/index.ts';
import { ProblemError, problemFrom } from '../api/problem.ts';

/** A back-test takes up to two minutes and says meanwhile how far it is: its answer is read line by line. */

export interface BacktestQuestion {
  yaml: string;
  from: string;
  to: string;
}

type Line = ApiBacktestProgress | { event: 'result'; result: ApiBacktest } | { event: 'problem'; problem: ApiProblem };

/** Rejects with ProblemError, or with the signal's reason. */
export async function runBacktest(
  question: BacktestQuestion,
  { signal, onProgress }: { signal: AbortSignal; onProgress: (progress: ApiBacktestProgress) => void },
  ask: typeof fetch = (address, init) => fetch(address, init),
): Promise<ApiBacktest> {
  const response = await ask('/api/v1/alerts/backtest', {
    method: 'POST',
    headers: {
      accept: 'application/x-ndjson',
      'content-type': 'application/json',
      'x-quorumwatch-request': '1',
    },
    credentials: 'same-origin',
    body: JSON.stringify(question),
    signal,
  });
  if (!response.ok || !response.body) {
    throw new ProblemError(problemFrom(response.status, await response.json().catch(() => undefined)));
  }
  for await (const line of linesOf(response.body)) {
    if (line.event === 'progress') onProgress(line);
    else if (line.event === 'result') return line.result;
    else throw new ProblemError(line.problem);
  }
  throw new ProblemError(problemFrom(0, undefined));
}

async function* linesOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Line> {
  const reader = body.pipeThrough(new TextDecoderStream() as TransformStream<Uint8Array, string>).getReader();
  let rest = '';
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    const lines = (rest + read.value).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) if (line !== '') yield JSON.parse(line) as Line;
  }
  if (rest !== '') yield JSON.parse(rest) as Line;
}
