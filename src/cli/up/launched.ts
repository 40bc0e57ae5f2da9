import { QwError, type ApiDemonstration, type ApiEvent } from '../../model/index.ts';
import { sleep, systemClock } from '../../platform/index.ts';
import type { Demonstration } from '../../watcher/index.ts';
import { launchedVariable, type FromWatcher, type ReadyWatcher, type ToWatcher } from './messages.ts';

/** The launcher as the watcher sees it that was started by it. */
export interface Launcher {
  /** The name of the watcher in this process. */
  self: string;
  ready(watcher: ReadyWatcher): void;
  event(event: ApiEvent): void;
  demonstration: Demonstration;
  /** Gets what is done to all watchers, from now on. */
  onFaults(listener: (faults: ApiDemonstration['faults']) => void): void;
}

const answerMs = 10_000;

/** The launcher of this process; undefined when somebody else started it. */
export function launchedBy(): Launcher | undefined {
  const self = process.env[launchedVariable];
  if (self === undefined || !process.connected) return undefined;
  // What this process starts itself is not launched.
  delete process.env[launchedVariable];
  let faults: ApiDemonstration['faults'] = [];
  let orders = 0;
  const waiting = new Map<number, (answer: Extract<ToWatcher, { type: 'answer' }>) => void>();
  const listeners: ((faults: ApiDemonstration['faults']) => void)[] = [];
  const send = (message: FromWatcher) => {
    if (process.connected) process.send?.(message);
  };
  process.on('message', (message: ToWatcher) => {
    if (message.type === 'answer') waiting.get(message.order)?.(message);
    else {
      faults = message.faults;
      for (const listener of listeners) listener(faults);
    }
  });
  // The channel alone keeps nobody alive whose start has failed.
  process.channel?.unref();
  return {
    self,
    ready: (watcher) => send({ type: 'ready', watcher }),
    event: (event) => send({ type: 'event', event }),
    onFaults: (listener) => listeners.push(listener),
    demonstration: {
      faults: () => faults,
      order: async (watcher, fault) => {
        const order = ++orders;
        const ended = new AbortController();
        const answered = new Promise<Extract<ToWatcher, { type: 'answer' }>>((resolve) => waiting.set(order, resolve));
        send({ type: 'order', order, watcher, fault });
        const answer = await Promise.race([answered, sleep(systemClock, answerMs, ended.signal)]);
        ended.abort();
        waiting.delete(order);
        if (!answer) throw new QwError('OVERLOADED', 'the launcher of these watchers does not answer');
        if (answer.problem) throw new QwError(answer.problem.code, answer.problem.text);
      },
    },
  };
}
