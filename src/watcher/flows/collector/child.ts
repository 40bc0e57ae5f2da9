import { createLog, serveParent, systemClock, takeUsualPriority } from '../../../platform/index.ts';
import { openAdditions } from './additions.ts';
import { Collector } from './collector.ts';
import { decodeRequest, encode, sentError, type CollectorReply, type CollectorRequest } from './messages.ts';

/** The process that collects. It answers its watcher, and is gone when the watcher is. */

const clock = systemClock;
/** The last line of what it says on standard error is why it ended. */
const log = createLog({ level: 'warning', format: 'text', write: (line) => process.stderr.write(line) });
const statusMs = 2000;
const namesAtOnce = 5000;

const running = new Map<number, AbortController>();
let collector: Collector | undefined;
let toldNames = 0;

const send = serveParent((body) => {
  const request = decodeRequest(body);
  switch (request.kind) {
    case 'open':
      void open(request.settings);
      return;
    case 'query':
    case 'select':
      void answer(request);
      return;
    case 'delete':
      void remove(request);
      return;
    case 'push':
      void push(request);
      return;
    case 'deletions-told':
      void collector?.deletionsTold(request.texts);
      return;
    case 'cancel':
      running.get(request.id)?.abort();
      return;
    default:
      void close();
  }
});

// What it does not take in time is lost; its questions and upkeep are in a child of low priority again.
takeUsualPriority();

const reply = (message: CollectorReply) => send(encode(message));

async function open(settings: Extract<CollectorRequest, { kind: 'open' }>['settings']): Promise<void> {
  try {
    collector = await Collector.open({
      settings,
      clock,
      log,
      onDeleted: (receipts) => reply({ kind: 'deleted', receipts }),
      additions: (ports) => openAdditions(settings, ports),
    });
    reply({ kind: 'opened' });
    tell(collector);
  } catch (thrown) {
    reply({ kind: 'unusable', error: sentError(thrown) });
  }
}

function tell(from: Collector): void {
  if (collector !== from) return;
  tellNames(from);
  const nat = from.nat();
  reply({
    kind: 'status',
    status: from.status(),
    figures: from.figures(),
    traffic: from.traffic(),
    ...(nat && { nat }),
  });
  clock.after(statusMs, () => tell(from));
}

/** Before any answer that has their numbers. */
function tellNames({ names }: Collector): void {
  const fresh = names.since(toldNames);
  toldNames += fresh.length;
  for (let at = 0; at < fresh.length; at += namesAtOnce) {
    reply({ kind: 'names', names: fresh.slice(at, at + namesAtOnce) });
  }
}

async function answer(request: Extract<CollectorRequest, { kind: 'query' | 'select' }>): Promise<void> {
  const { id } = request;
  const cancelling = new AbortController();
  running.set(id, cancelling);
  try {
    if (!collector) throw new Error('a question before the collector was opened');
    const limits = { signal: cancelling.signal };
    if (request.kind === 'select') {
      const selected = await collector.select(request.sql, { ...request.limits, ...limits });
      reply({ kind: 'selected', id, selected });
      return;
    }
    const found = await collector.query(request.query, { ...request.limits, ...limits });
    tellNames(collector);
    reply({ kind: 'answer', id, answer: found });
  } catch (thrown) {
    reply({ kind: 'failed', id, error: sentError(thrown) });
  } finally {
    running.delete(id);
  }
}

async function remove({ id, records, before }: Extract<CollectorRequest, { kind: 'delete' }>): Promise<void> {
  try {
    if (!collector) throw new Error('a request before the collector was opened');
    reply({ kind: 'removed', id, receipts: await collector.remove(records, before) });
  } catch (thrown) {
    reply({ kind: 'failed', id, error: sentError(thrown) });
  }
}

async function push({ id, name, body }: Extract<CollectorRequest, { kind: 'push' }>): Promise<void> {
  try {
    if (!collector) throw new Error('something was pushed before the collector was opened');
    await collector.push(name, body);
    reply({ kind: 'pushed', id });
  } catch (thrown) {
    reply({ kind: 'failed', id, error: sentError(thrown) });
  }
}

async function close(): Promise<void> {
  const closing = collector;
  collector = undefined;
  await closing?.close();
  reply({ kind: 'closed' });
}
