import type { EpochMs, Milliseconds } from '../../model/index.ts';
import type { PublicIncident, PublicUpdate, StatusWorld } from '../../report/index.ts';
import type { News, SubscriberState } from './subscriber-file.ts';

/** News that are older, after a long stop for example, are none. */
const staleMs: Milliseconds = 86_400_000;
const rememberedMs: Milliseconds = 7 * 86_400_000;
/** Waiting messages of all together; beyond it nobody new is told, but everybody who was is told the end. */
const maxOutbox = 50_000;

/**
 * Puts what is new on the page into the outbox, and remembers who is told. The rules:
 * - whoever is subscribed when an incident is first seen is told of it, and of every further update;
 * - exactly those are told its end, also if it is on the page no more by then;
 * - whoever subscribes later is told of later incidents only.
 *
 * True if something has changed.
 */
export function announce(
  state: SubscriberState,
  world: Pick<StatusWorld, 'incidents' | 'components'>,
  around: { now: EpochMs; isOver: (incident: string) => boolean },
): boolean {
  const { now, isOver } = around;
  const names = new Map(world.components.map(({ id, name }) => [id, name]));
  const onPage = new Set(world.incidents.map(({ id }) => id));
  let changed = false;
  // Oldest first, so that messages come in the order of events.
  for (const incident of world.incidents.toReversed()) {
    // Over for long: it need not be remembered either.
    if ((incident.resolvedAt ?? now) < now - rememberedMs) {
      onPage.delete(incident.id);
      continue;
    }
    for (const update of incident.updates) {
      const known = state.announced[incident.id];
      if (known?.updates.includes(update.id)) continue;
      const news = newsOf(incident, update, names);
      state.announced[incident.id] = { updates: [...(known?.updates ?? []), update.id], last: news };
      changed = true;
      tell(state, news, { opens: known === undefined && update.at > now - staleMs, now });
    }
  }
  for (const [id, { last }] of Object.entries(state.announced)) {
    if (onPage.has(id)) continue;
    const isTold = state.subscribers.some(({ told }) => told.includes(id));
    if (isTold && !isOver(id)) continue;
    const { text: _text, ...rest } = last;
    if (isTold) tell(state, { ...rest, update: `${id}-end`, status: 'resolved', at: now }, { opens: false, now });
    delete state.announced[id];
    changed = true;
  }
  return changed;
}

function tell(state: SubscriberState, news: News, { opens, now }: { opens: boolean; now: EpochMs }): void {
  const id = news.update;
  const ends = news.status === 'resolved';
  for (const subscriber of state.subscribers) {
    const { told } = subscriber;
    const isNew = opens && !ends && state.outbox.length < maxOutbox;
    if (!isNew && !told.includes(news.incident)) continue;
    if (isNew) subscriber.told = [...told, news.incident];
    if (ends) subscriber.told = told.filter((one) => one !== news.incident);
    if (!isNew && !ends && state.outbox.length >= maxOutbox) continue;
    state.news[id] = news;
    state.outbox.push({ subscriber: subscriber.id, news: id, since: now, tries: 0 });
  }
}

function newsOf(incident: PublicIncident, update: PublicUpdate, names: ReadonlyMap<string, string>): News {
  return {
    incident: incident.id,
    update: update.id,
    at: update.at,
    status: update.status,
    impact: incident.impact,
    components: incident.components.map((id) => names.get(id) ?? id),
    ...(update.text !== undefined && { text: update.text }),
  };
}

/** Takes a message out of the outbox, and news that nobody waits for any more. */
export function settle(state: SubscriberState, item: SubscriberState['outbox'][number]): void {
  const at = state.outbox.indexOf(item);
  if (at >= 0) state.outbox.splice(at, 1);
  if (!state.outbox.some(({ news }) => news === item.news)) delete state.news[item.news];
}

/** Nothing of somebody who leaves is kept. */
export function erase(state: SubscriberState, id: string): boolean {
  const before = state.subscribers.length + state.pending.length;
  state.subscribers = state.subscribers.filter((one) => one.id !== id);
  state.pending = state.pending.filter((one) => one.id !== id);
  for (const item of state.outbox.filter(({ subscriber }) => subscriber === id)) settle(state, item);
  return state.subscribers.length + state.pending.length < before;
}
