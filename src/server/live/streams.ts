import type { ServerResponse } from 'node:http';
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
  #written = 0;
  #writtenAtBeat = -1;
  closed = false;
  readonly #stream: SSEStreamingApi;
  readonly #letGo: () => void;

  constructor(stream: SSEStreamingApi, letGo: () => void) {
    this.#stream = stream;
    this.#letGo = letGo;
    stream.onAbort(() => this.close());
  }

  put(message: Message): void {
    if (this.closed) return;
    if (this.#waiting.length >= maxWaiting) return this.#drop();
    this.#waiting.push(message);
    this.#wake?.();
  }

  /** Keeps the connection alive; who took nothing at all since the last beat is let go, and who may not ask any more. */
  beat(mayAsk: boolean): void {
    if (!mayAsk) return this.#drop();
    if (this.#written === this.#writtenAtBeat) return this.#drop();
    this.#writtenAtBeat = this.#written;
    this.put({ event: 'heartbeat', data: '' });
  }

  /** Resolves when the reader has room again. */
  async write(message: Message): Promise<void> {
    await this.#stream.writeSSE(message);
    this.#written++;
  }

  close(): void {
    this.closed = true;
    this.#wake?.();
  }

  #drop(): void {
    this.close();
    this.#letGo();
  }

  /** Writes until the reader goes or is let go. */
  async drain(): Promise<void> {
    while (!this.closed) {
      for (const message of this.#waiting.splice(0)) {
        if (this.closed) return;
        await this.write(message);
      }
      if (this.#waiting.length === 0 && !this.closed) await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}

/** Ledger entries from `Last-Event-ID` (or `since`) on, then as they come. */
export function eventStream(context: Context, watcher: Watcher, since: number | undefined): Response {
  const last = context.req.header('last-event-id');
  const from = last !== undefined && /^\d{1,15}$/.test(last) ? Number(last) + 1 : since;
  return answerWith(context, async (outbox) => {
    const { entries } = watcher.queries.ledger();
    // A position that is yet to come is another ledger's: whoever waited for it would wait for long.
    let next = Math.min(from ?? entries, entries);
    /** What came while the ledger was read for the last time; what came before that is read from there. */
    let missed: ApiEvent[] = [];
    let live = false;
    const send = (event: ApiEvent) => {
      if (event.position < next) return;
      next = event.position + 1;
      outbox.put({ event: event.kind, data: JSON.stringify(event), id: String(event.position) });
    };
    const off = watcher.live.onEvent((event) => {
      if (live) send(event);
      else if (missed.length < maxWaiting) missed.push(event);
    });
    try {
      while (!outbox.closed) {
        missed = [];
        const page = await watcher.queries.events(next, pageSize);
        if (page.items.length === 0 && missed.length < maxWaiting) break;
        for (const event of page.items) {
          if (outbox.closed) return;
          next = event.position + 1;
          await outbox.write({ event: event.kind, data: JSON.stringify(event), id: String(event.position) });
        }
      }
      live = true;
      for (const event of missed.splice(0)) send(event);
      await outbox.drain();
    } finally {
      off();
    }
  });
}

/** Samples as they come (of all checks, of one, or of none with an empty name), uplinks when they change, and the counts every two seconds. */
export function liveStream(context: Context, watcher: Watcher, clock: Clock): Response {
  const check = context.req.query('check');
  return answerWith(context, async (outbox, ended) => {
    const off = watcher.live.onSample((sample) => {
      if (check === undefined || sample.check === check) outbox.put({ event: 'sample', data: JSON.stringify(sample) });
    });
    let told = false;
    const offUplinks = watcher.live.onUplinks(() => {
      if (told) return;
      told = true;
      // What changes together is told once, and after what it changed.
      setImmediate(() => {
        told = false;
        outbox.put({ event: 'uplinks', data: JSON.stringify(watcher.uplinks.status()) });
      });
    });
    const counts = async () => {
      while (!outbox.closed) {
        const { counts, openIncidents } = watcher.queries.counts();
        outbox.put({
          event: 'status',
          data: JSON.stringify({ now: formatInstant(clock.now()), counts, openIncidents }),
        });
        await sleep(clock, 2000, ended);
      }
    };
    try {
      await Promise.all([counts(), outbox.drain()]);
    } finally {
      off();
      offUplinks();
    }
  });
}

type Feed = (outbox: Outbox, ended: AbortSignal) => Promise<void>;

/** One reader from its coming to its going. */
function answerWith(context: Context, feed: Feed): Response {
  // Nobody reads what a HEAD request would get, so nothing would end it.
  if (context.req.method === 'HEAD') return context.body(null, 200, { 'content-type': 'text/event-stream' });
  const { outgoing } = context.env as { outgoing?: ServerResponse };
  return streamSSE(context, async (stream) => {
    const ended = new AbortController();
    const outbox = new Outbox(stream, () => {
      stream.abort();
      outgoing?.destroy();
    });
    stream.onAbort(() => ended.abort());
    const stands = context.get('stands') as (() => boolean) | undefined;
    const heartbeat = setInterval(() => outbox.beat(stands?.() ?? true), heartbeatMs);
    try {
      await feed(outbox, ended.signal);
    } finally {
      clearInterval(heartbeat);
    }
  });
}
