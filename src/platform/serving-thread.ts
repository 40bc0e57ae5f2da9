import { parentPort, Worker, workerData } from 'node:worker_threads';
import { messageOf } from '../model/index.ts';

/** A thread that answers questions one after the other, for as long as it is wanted: what waits for a disk waits there. */
export interface ServingThread {
  /** Questions and answers are cloned. Rejects with what the thread threw, or when it has ended. */
  ask<Answer>(question: unknown): Promise<Answer>;
  /** After what was asked so far. */
  close(): Promise<void>;
}

interface Asked {
  resolve: (answer: unknown) => void;
  reject: (problem: Error) => void;
}
interface Reply {
  id: number;
  answer?: unknown;
  problem?: string;
}

/** Starts a module that calls `serveThread`. */
export function openServingThread(module: URL, input: unknown): ServingThread {
  const worker = new Worker(module, { workerData: input });
  const asked = new Map<number, Asked>();
  let last = 0;
  let ended: Error | undefined;
  const end = (problem: Error) => {
    ended ??= problem;
    for (const { reject } of asked.values()) reject(ended);
    asked.clear();
  };
  worker.on('message', ({ id, answer, problem }: Reply) => {
    const waiting = asked.get(id);
    asked.delete(id);
    // The process waits for answers, and for nothing else of it.
    if (asked.size === 0) worker.unref();
    if (problem === undefined) waiting?.resolve(answer);
    else waiting?.reject(new Error(problem));
  });
  worker.on('error', (thrown) => end(new Error(messageOf(thrown), { cause: thrown })));
  worker.on('exit', (code) => end(new Error(`a thread ended with ${code}`)));
  worker.unref();
  const ask = <Answer>(question: unknown) =>
    new Promise<Answer>((resolve, reject) => {
      if (ended) {
        reject(ended);
        return;
      }
      last += 1;
      asked.set(last, { resolve: resolve as Asked['resolve'], reject });
      worker.ref();
      worker.postMessage({ id: last, question });
    });
  return {
    ask,
    close: async () => {
      if (ended) return;
      await ask(closing).catch(() => undefined);
      await worker.terminate();
    },
  };
}

const closing = 'close';

/** The thread's side. `open` makes what answers; when it throws the thread ends, and all questions are rejected with that. */
export function serveThread(open: (input: unknown) => { answer(question: unknown): unknown; close(): void }): void {
  const service = open(workerData);
  parentPort?.on('message', ({ id, question }: { id: number; question: unknown }) => {
    let reply: Reply;
    try {
      reply = { id, answer: question === closing ? service.close() : service.answer(question) };
    } catch (thrown) {
      reply = { id, problem: messageOf(thrown) };
    }
    parentPort?.postMessage(reply);
  });
}
