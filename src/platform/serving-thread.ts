import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { messageOf, QwError } from '../model/index.ts';
import type { Reply, ThreadInput } from './serving-thread-main.ts';

/** A thread that answers questions one after the other, for as long as it is wanted: what waits for a disk waits there. */
export interface ServingThread {
  /** Questions and answers are cloned. Rejects with what the thread threw, when it has ended, or with OVERLOADED. */
  ask<Answer>(question: unknown): Promise<Answer>;
  /** After what was asked so far. */
  close(): Promise<void>;
}

interface Asked {
  resolve: (answer: unknown) => void;
  reject: (problem: Error) => void;
}

/** Questions that wait for their answers; each may take some hundred milliseconds. */
const maxAsked = 200;
/** Without a cap the young generation grows to what the thread never needs again. */
const youngGenerationMiB = 8;

/** Starts a thread upon a module that exports `open` as a `ThreadService`; `input` is handed to it. */
export function openServingThread(service: URL, input: unknown): ServingThread {
  // The thread's own module has the same extension as this one: sources in development, compiled when published.
  const main = new URL(`./serving-thread-main${extname(import.meta.url)}`, import.meta.url);
  const given: ThreadInput = { service: service.href, input };
  const worker = new Worker(main, {
    workerData: given,
    resourceLimits: { maxYoungGenerationSizeMb: youngGenerationMiB },
  });
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
  const post = <Answer>(message: { question: unknown } | { close: true }) =>
    new Promise<Answer>((resolve, reject) => {
      if (ended) {
        reject(ended);
        return;
      }
      if (asked.size >= maxAsked) {
        reject(new QwError('OVERLOADED', `${maxAsked} questions wait already`));
        return;
      }
      last += 1;
      asked.set(last, { resolve: resolve as Asked['resolve'], reject });
      worker.ref();
      worker.postMessage({ id: last, ...message });
    });
  return {
    ask: (question) => post({ question }),
    close: async () => {
      if (ended) return;
      await post({ close: true }).catch(() => undefined);
      await worker.terminate();
    },
  };
}
