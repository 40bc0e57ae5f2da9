/** Server-sent events with a back-off of our own, so that the page can always say whether it is connected. */

export type StreamState = 'connecting' | 'open' | 'waiting';

const firstWaitMs = 1000;
const maxWaitMs = 30_000;

/** What is used of EventSource. */
export interface Source {
  addEventListener(name: string, listener: (event: { data?: unknown }) => void): void;
  close(): void;
}

export interface StreamParts {
  open: (address: string) => Source;
  /** Calls back after so many milliseconds; the result takes it back. */
  later: (callback: () => void, ms: number) => () => void;
  /** 0 to 1, spreads the reconnects of many pages. */
  random: () => number;
}

export interface StreamOptions {
  /** Asked for at each try, so that it can name where to resume. */
  address: () => string;
  events: readonly string[];
  onEvent: (name: string, data: unknown) => void;
  onState: (state: StreamState) => void;
}

/** Opens now and stays until the returned function is called. */
export function openStream(options: StreamOptions, parts: StreamParts): () => void {
  let source: Source | undefined;
  let cancelWait: (() => void) | undefined;
  let failures = 0;
  let closed = false;

  const connect = () => {
    if (closed) return;
    options.onState('connecting');
    const current = parts.open(options.address());
    source = current;
    current.addEventListener('open', () => {
      if (source !== current) return;
      failures = 0;
      options.onState('open');
    });
    current.addEventListener('error', () => {
      if (source !== current) return;
      current.close();
      source = undefined;
      const waitMs = Math.min(maxWaitMs, firstWaitMs * 2 ** failures) * (0.75 + parts.random() / 2);
      failures++;
      options.onState('waiting');
      cancelWait = parts.later(connect, waitMs);
    });
    for (const name of options.events) {
      current.addEventListener(name, (event) => {
        if (source !== current) return;
        const data = decode(event.data);
        if (data !== undefined) options.onEvent(name, data);
      });
    }
  };

  connect();
  return () => {
    closed = true;
    cancelWait?.();
    source?.close();
    source = undefined;
  };
}

/** An event that is not JSON is left out: the next ones may be sound. */
function decode(data: unknown): unknown {
  if (typeof data !== 'string') return undefined;
  try {
    return JSON.parse(data) as unknown;
  } catch {
    return undefined;
  }
}
