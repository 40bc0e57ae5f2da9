import { expect, test } from 'vitest';
import { runBacktest } from './backtest-stream.ts';

const question = { yaml: 'name: slow', from: '2026-01-01T00:00:00.000Z', to: '2026-01-02T00:00:00.000Z' };

/** Answers with pieces of a body as they come over a network: cut anywhere. */
const answering =
  (pieces: readonly string[], status = 200): typeof fetch =>
  () =>
    Promise.resolve(
      new Response(
        new ReadableStream({
          start: (controller) => {
            for (const piece of pieces) controller.enqueue(new TextEncoder().encode(piece));
            controller.close();
          },
        }),
        { status },
      ),
    );

async function run(pieces: readonly string[], status?: number) {
  const shares: number[] = [];
  const { signal } = new AbortController();
  const onProgress = ({ share }: { share: number }) => void shares.push(share);
  const result = await runBacktest(question, { signal, onProgress }, answering(pieces, status));
  return { shares, result };
}

test('progress comes before the result, wherever the network cuts the lines', async () => {
  const pieces = [
    '{"event":"progress","at":"x","sh',
    'are":0.25}\n{"event":"progress","at":"y","share":0.5}\n{"eve',
    'nt":"result","result":{"evaluations":7}}',
  ];
  expect(await run(pieces)).toEqual({ shares: [0.25, 0.5], result: { evaluations: 7 } });
});

test('a problem in the stream, before it, or no end at all is thrown', async () => {
  const problem = { type: 'about:blank', title: 'busy', status: 409, code: 'CONFLICT' };
  await expect(run([JSON.stringify({ event: 'problem', problem })])).rejects.toMatchObject({ problem });
  await expect(run([JSON.stringify(problem)], 409)).rejects.toMatchObject({ problem: { code: 'CONFLICT' } });
  await expect(run(['{"event":"progress","at":"x","share":0.25}\n'])).rejects.toMatchObject({ problem: { status: 0 } });
});
