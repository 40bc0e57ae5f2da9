import { QwError, type ErrorCode } from '../../model/index.ts';
import { formatValue, type AnsweredSeries, type PromqlAnswer } from '../../watcher/index.ts';

/** Answers in the envelopes of Prometheus's HTTP API. */

const kinds: Partial<Record<ErrorCode, readonly [status: number, errorType: string]>> = {
  BAD_INPUT: [400, 'bad_data'],
  REQUEST_TOO_LARGE: [413, 'bad_data'],
  UNAUTHORIZED: [401, 'unauthorized'],
  FORBIDDEN: [403, 'forbidden'],
  NOT_FOUND: [404, 'not_found'],
  TELEMETRY_QUERY: [422, 'execution'],
  TELEMETRY_LIMIT: [422, 'execution'],
  TELEMETRY_DEADLINE: [503, 'timeout'],
  TELEMETRY_UNAVAILABLE: [503, 'unavailable'],
  OVERLOADED: [503, 'unavailable'],
};

export function errorEnvelope(thrown: unknown): Response {
  const error = thrown instanceof QwError ? thrown : undefined;
  const [status, errorType] = (error && kinds[error.code]) ?? [500, 'internal'];
  // What nobody foresaw may say anything, such as where files lie.
  const text = status === 500 || !error ? 'something unexpected; the log of the watcher tells more' : error.message;
  return Response.json({ status: 'error', errorType, error: text }, { status });
}

export function dataEnvelope(data: unknown, truncated = false): Response {
  return Response.json({ status: 'success', data, ...(truncated && { warnings: [truncation] }) });
}

const truncation = 'results truncated due to limit';
const charactersAtOnce = 64 * 1024;

/** Written series by series, because all of a great answer at once would hold the event loop for a second. */
export function answerEnvelope(answer: PromqlAnswer, limit: number, rest: () => Promise<void>): Response {
  const parts = answerText(answer, limit);
  const stream = new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      await rest();
      let text = '';
      while (text.length < charactersAtOnce) {
        const next = parts.next();
        if (next.done) {
          if (text !== '') controller.enqueue(Buffer.from(text));
          controller.close();
          return;
        }
        text += next.value;
      }
      controller.enqueue(Buffer.from(text));
    },
  });
  return new Response(stream, { headers: { 'content-type': 'application/json' } });
}

function* answerText(answer: PromqlAnswer, limit: number): Generator<string> {
  if (answer.type === 'scalar' || answer.type === 'string') {
    const value = answer.type === 'scalar' ? formatValue(answer.value) : answer.value;
    yield JSON.stringify({ status: 'success', data: { resultType: answer.type, result: [answer.at / 1000, value] } });
    return;
  }
  yield `{"status":"success","data":{"resultType":"${answer.type}","result":[`;
  for (const [index, series] of answer.series.slice(0, limit).entries()) {
    yield (index > 0 ? ',' : '') + seriesText(series, answer.type);
  }
  yield answer.series.length > limit ? `]},"warnings":["${truncation}"]}` : ']}}';
}

function seriesText({ labels, at, values }: AnsweredSeries, type: 'vector' | 'matrix'): string {
  const points = Array.from(at, (time, index) => `[${time / 1000},"${formatValue(values[index] ?? 0)}"]`);
  const metric = JSON.stringify(labels);
  return type === 'vector'
    ? `{"metric":${metric},"value":${points[0] ?? ''}}`
    : `{"metric":${metric},"values":[${points.join(',')}]}`;
}
