import { parentPort, Worker, workerData } from 'node:worker_threads';
import type { Milliseconds } from '../model/index.ts';

/** Long computations off the event loop: a thread computes one answer and is gone, with the memory that it took. */

/** Without a cap the young generation of a short-lived thread grows to what it never needs again. */
const youngGenerationMiB = 16;

export interface ThreadLimits {
  /** What takes longer is ended, whatever it does. */
  deadlineMs?: Milliseconds;
  /** Of its heap; buffers are not in it. */
  memoryMiB?: number;
}

/** Runs a module that calls `answerInThread`, with an input and an answer that can be cloned. Rejects if it fails. */
export function runInThread<Answer>(
  module: URL,
  input: unknown,
  { deadlineMs, memoryMiB }: ThreadLimits = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(module, {
      workerData: input,
      resourceLimits: {
        maxYoungGenerationSizeMb: youngGenerationMiB,
        ...(memoryMiB !== undefined && { maxOldGenerationSizeMb: memoryMiB }),
      },
    });
    const end = (settle: () => void) => {
      clearTimeout(timer);
      settle();
      void worker.terminate();
    };
    const tooLong = () => end(() => reject(new Error(`it took longer than ${deadlineMs} ms`)));
    const timer = deadlineMs === undefined ? undefined : setTimeout(tooLong, deadlineMs);
    worker.once('message', (answer: Answer) => end(() => resolve(answer)));
    worker.once('error', (problem) => end(() => reject(problem)));
    worker.once('exit', (code) => end(() => reject(new Error(`a thread ended with ${code} before it answered`))));
  });
}

/** The thread's side. */
export async function answerInThread(work: (input: unknown) => Promise<unknown>): Promise<void> {
  parentPort?.postMessage(await work(workerData));
}
