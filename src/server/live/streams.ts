import type { Context } from 'hono';
import { streamSSE, type SSEStreamingApi } from 'hono/streaming';
import { formatInstant, type ApiEvent } from '../../model/index.ts';
import { sleep, type Clock } from '../../platform/index.ts';
import type { Watcher } from '../../watcher/index.ts';

/** Live streams by server-sent events. A reader that falls behind is let go; it resumes where it was. */

const maxWaiting = 2000;
const pageSize = 500;
const heartbeatMs = 15_000;

interface Message {
  event: string;
  data: string;
  id?: string;
}

/** What waits to be written to one reader. */
class Outbox {
  #waiting: Message[] = [];
  #wake: (() => void) | undefined;
  closed = false;

  put(message: Message): void {
    if (this.#waiting.length >= maxWaiting) this.closed = true;
    else this.#waiting.push(message);
    this.#wake?.();
  }

  close(): void {
    this.closed = true;
    this.#wake?.();
  }

  /** Writes until the reader goes or is let go. */
  async drain(stream: SSEStreamingApi): Promise<void> {
    while (!this.closed) {
      for (const message of this.#waiting.splice(0)) await stream.writeSSE(message);
      if (this.#waiting.length === 0 && !this.closed) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

/** Ledger entries from `Last-Event-ID` (or `since`) on, then as they come. */
export function eventStream(context: Context, watcher: Watcher, since: number | undefined): Response {
  const last = context.req.header('last-event-id');
  const from = last !== undefined && /^\d{1,15}$/.test(last) ? Number(last) + 1 : since;
  return streamSSE(context, async (stream) => {
    const outbox = new Outbox();
    let next = from ?? watcher.queries.ledger().entries;
    const missed: ApiEvent[] = [];
    let live = false;
    const send = (event: ApiEvent) => {
      if (event.position < next) return;
      next = event.position + 1;
      outbox.put({ event: event.kind, data: JSON.stringify(event), id: String(event.position) });
    };
    const off = watcher.live.onEvent((event) => {
      if (live) send(event);
      else missed.push(event);
    });
    const heartbeat = setInterval(() => outbox.put({ event: 'heartbeat', data: '' }), heartbeatMs);
    stream.onAbort(() => outbox.close());
    try {
      for (;;) {
        const page = await watcher.queries.events(next, pageSize);
        if (page.items.length === 0) break;
        for (const event of page.items) {
          next = event.position + 1;
          await stream.writeSSE({ event: event.kind, data: JSON.stringify(event), id: String(event.position) });
        }
      }
      live = true;
      for (const event of missed.splice(0)) send(event);
      await outbox.drain(stream);
    } finally {
      clearInterval(heartbeat);
      off();
    }
  });
}

/** Samples as they come (of all checks, of one, or of none with an empty name), and the counts every two seconds. */
export function liveStream(context: Context, watcher: Watcher, clock: Clock): Response {
  const check = context.req.query('check');
  return streamSSE(context, async (stream) => {
    const outbox = new Outbox();
    const off = watcher.live.onSample((sample) => {
      if (check === undefined || sample.check === check) outbox.put({ event: 'sample', data: JSON.stringify(sample) });
    });
    const ended = new AbortController();
    stream.onAbort(() => {
      ended.abort();
      outbox.close();
    });
    const counts = async () => {
      while (!outbox.closed) {
        const { counts, openIncidents } = watcher.queries.counts();
        outbox.put({
          event: 'status',
          data: JSON.stringify({ now: formatInstant(clock.now()), counts, openIncidents }),
        });
        await sleep(clock, 2000, ended.signal);
      }
    };
    try {
      await Promise.all([counts(), outbox.drain(stream).finally(() => ended.abort())]);
    } finally {
      off();
    }
  });
}
