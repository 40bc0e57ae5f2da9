import { computed, signal } from '@preact/signals';
import type { ApiEvent, ApiSample, ApiStatus, LedgerKind } from '../../../src/model/index.ts';
import { addressOf } from './client.ts';
import { request, session } from './session.ts';
import { openStream, type StreamState } from './stream.ts';

/** What the watcher tells by itself: ledger events, samples of the check on screen, and counts every two seconds. */

const kinds = [
  'genesis',
  'request',
  'configuration',
  'membership',
  'observations',
  'opinion',
  'presence',
  'transition',
  'incident',
  'snooze',
  'on-call-override',
  'mirror',
  'mirror-read',
  'audit',
  'action-intended',
  'action-assigned',
  'action-started',
  'action-finished',
  'uplink-switch',
  'uplink-drill',
  'dashboard',
  'flow-view',
] as const satisfies readonly LedgerKind[];

/** Counts come every two seconds; this long without any, the figures on screen are called stale. */
const staleAfterMs = 8000;
/** A tab in the background gives its connections back: browsers allow only six to one server. */
const hiddenGraceMs = 15_000;
const tickMs = 1000;
/** A connection can die without a word, as when a laptop slept: silent this long, the streams are opened anew. */
const reopenAfterMs = 20_000;

/** The browser's clock, each second, for relative times. */
export const now = signal(Date.now());
/** The counts of the watcher, newest. */
export const counts = signal<ApiStatus['counts'] | undefined>(undefined);
export const openIncidents = signal<number | undefined>(undefined);
/** How far the watcher's clock is ahead of the browser's; relative times are counted in the watcher's. */
export const clockAheadMs = signal(0);

const eventsState = signal<StreamState>('connecting');
const liveState = signal<StreamState>('connecting');
/** When counts last came; undefined before the first. */
const lastHeardAt = signal<number | undefined>(undefined);
const startedAt = Date.now();

export type Connection = 'connected' | 'connecting' | 'reconnecting' | 'stale';

export const connection = computed<{ state: Connection; since: number }>(() => {
  const heardAt = lastHeardAt.value;
  const since = heardAt ?? startedAt;
  if (eventsState.value === 'waiting' || liveState.value === 'waiting') return { state: 'reconnecting', since };
  if (heardAt === undefined) return { state: 'connecting', since };
  return { state: now.value - heardAt > staleAfterMs ? 'stale' : 'connected', since };
});

/** A stream that broke counts as broken until it is open again, not only between two tries. */
function follow(stream: typeof eventsState, state: StreamState): void {
  if (state !== 'connecting' || stream.value === 'open') stream.value = state;
  // An EventSource does not say why it failed: an expired session shows by asking.
  if (state === 'waiting' && session.value.state === 'signed-in') request('GET', '/session').catch(() => undefined);
}

type Listener<Item> = (item: Item) => void;
const eventListeners = new Set<Listener<ApiEvent>>();
const sampleListeners = new Set<Listener<ApiSample>>();
const uplinkListeners = new Set<() => void>();
/** The check whose samples are wanted. */
const watched = signal<string | undefined>(undefined);

/** Calls back with each ledger event from now on, in order, each once; the result ends it. */
export function onLedgerEvent(listener: Listener<ApiEvent>): () => void {
  eventListeners.add(listener);
  return () => eventListeners.delete(listener);
}

/** Calls back whenever an uplink, or what carries traffic, has changed; the result ends it. */
export function onUplinks(listener: () => void): () => void {
  uplinkListeners.add(listener);
  return () => uplinkListeners.delete(listener);
}

/** Calls back with each sample of a check; one check at a time, the last one asked for. */
export function onSample(check: string, listener: Listener<ApiSample>): () => void {
  const own: Listener<ApiSample> = (sample) => {
    if (sample.check === check) listener(sample);
  };
  sampleListeners.add(own);
  watched.value = check;
  return () => {
    sampleListeners.delete(own);
    if (watched.value === check) watched.value = undefined;
  };
}

const streamParts = {
  open: (address: string) => new EventSource(address),
  later: (callback: () => void, ms: number) => {
    const timer = setTimeout(callback, ms);
    return () => clearTimeout(timer);
  },
  random: () => Math.random(),
};

function onStatus(data: Partial<ApiStatus> & { now?: string }): void {
  lastHeardAt.value = Date.now();
  now.value = Date.now();
  if (data.counts) counts.value = data.counts;
  if (data.openIncidents !== undefined) openIncidents.value = data.openIncidents;
  const theirs = Date.parse(data.now ?? data.watcher?.now ?? '');
  if (Number.isFinite(theirs)) clockAheadMs.value = Math.abs(theirs - Date.now()) < 1500 ? 0 : theirs - Date.now();
}

function openLive(): () => void {
  return openStream(
    {
      // An empty name asks for the counts alone; without a name the samples of all checks would come.
      address: () => `${addressOf('/live')}?check=${encodeURIComponent(watched.value ?? '')}`,
      events: ['sample', 'status', 'uplinks'],
      onEvent: (name, data) => {
        if (name === 'status') onStatus(data as Partial<ApiStatus>);
        else if (name === 'uplinks') for (const listener of uplinkListeners) listener();
        else for (const listener of sampleListeners) listener(data as ApiSample);
      },
      onState: (state) => follow(liveState, state),
    },
    streamParts,
  );
}

/** The newest ledger position that was told; a stream that is opened anew goes on behind it. */
let lastPosition: number | undefined;

function openEvents(): () => void {
  return openStream(
    {
      address: () => addressOf('/events', { since: lastPosition === undefined ? undefined : lastPosition + 1 }),
      events: kinds,
      onEvent: (_, data) => {
        const event = data as ApiEvent;
        if (typeof event.position !== 'number' || (lastPosition !== undefined && event.position <= lastPosition))
          return;
        lastPosition = event.position;
        for (const listener of eventListeners) listener(event);
      },
      onState: (state) => follow(eventsState, state),
    },
    streamParts,
  );
}

/** Runs as long as somebody is signed in; the result ends it. */
export function startLive(): () => void {
  let closers: (() => void)[] = [];
  let hiddenTimer: ReturnType<typeof setTimeout> | undefined;
  let openedAt = Date.now();

  const open = () => {
    if (closers.length > 0) return;
    openedAt = Date.now();
    let closeLive = () => {};
    const stopWatching = watched.subscribe(() => {
      closeLive();
      closeLive = openLive();
    });
    closers = [openEvents(), stopWatching, () => closeLive()];
  };
  const close = () => {
    for (const end of closers) end();
    closers = [];
  };
  const onVisibility = () => {
    clearTimeout(hiddenTimer);
    if (document.hidden) hiddenTimer = setTimeout(close, hiddenGraceMs);
    else open();
  };

  const ticking = setInterval(() => {
    if (document.hidden) return;
    now.value = Date.now();
    if (now.value - Math.max(openedAt, lastHeardAt.peek() ?? 0) < reopenAfterMs) return;
    openedAt = now.value;
    close();
    open();
  }, tickMs);
  document.addEventListener('visibilitychange', onVisibility);
  open();
  return () => {
    clearTimeout(hiddenTimer);
    clearInterval(ticking);
    document.removeEventListener('visibilitychange', onVisibility);
    close();
  };
}
