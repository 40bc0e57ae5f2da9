import { parentPort, workerData } from 'node:worker_threads';

/**
 * The module of a serving thread. It loads the service that it was given and nothing else: each thread has its own copy of
 * all that is loaded in it.
 */

export interface ThreadInput {
  service: string;
  input: unknown;
}

export interface Reply {
  id: number;
  answer?: unknown;
  problem?: string;
}

/** What the service's module exports as `open`; when it throws, the thread ends. */
export type ThreadService = (input: unknown) => { answer(question: unknown): unknown; close(): void };

type Message = { id: number } & ({ question: unknown } | { close: true });

const { service, input } = workerData as ThreadInput;
const { open } = (await import(service)) as { open: ThreadService };
const served = open(input);
parentPort?.on('message', (message: Message) => {
  let reply: Reply;
  try {
    reply = { id: message.id, answer: 'close' in message ? served.close() : served.answer(message.question) };
  } catch (thrown) {
    reply = { id: message.id, problem: thrown instanceof Error ? thrown.message : String(thrown) };
  }
  parentPort?.postMessage(reply);
});
