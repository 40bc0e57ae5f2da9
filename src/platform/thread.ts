import { parentPort, Worker, workerData } from 'node:worker_threads';

/** Long computations off the event loop: a thread computes one answer and is gone, with the memory that it took. */

/** Without a cap the young generation of a short-lived thread grows to what it never needs again. */
const youngGenerationMiB = 16;

/** Runs a module that calls `answerInThread`, with an input and an answer that can be cloned. Rejects if it fails. */
export function runInThread<Answer>(module: URL, input: unknown): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const worker = new Worker(module, {
      workerData: input,
      resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMiB },
    });
    worker.once('message', (answer: Answer) => {
      resolve(answer);
      void worker.terminate();
    });
    worker.once('error', reject);
    worker.once('exit', (code) => reject(new Error(`a thread ended with ${code} before it answered`)));
  });
}

/** The thread's side. */
export async function answerInThread(work: (input: unknown) => Promise<unknown>): Promise<void> {
  parentPort?.postMessage(await work(workerData));
}
