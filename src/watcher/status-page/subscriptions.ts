import { messageOf, type Milliseconds, type Language } from '../../model/index.ts';
import type { StatusWorld } from '../../report/index.ts';
import { Admission } from './admission.ts';
import { announce, erase, settle } from './announce.ts';
import { Courier, type CourierParts } from './courier.ts';
import { newSubscriber, type LinkPurpose, type Subscriber, type SubscriberState } from './subscriber-file.ts';

/** Subscribing, confirming, leaving, and telling those who are subscribed. */

const maxSubscribers = 5000;
const maxPending = 5000;
/** Who has not confirmed by then is forgotten. */
const pendingMs: Milliseconds = 86_400_000;
const atOnce = 4;
const retryMs = { first: 30_000, longest: 3_600_000 } as const;
const giveUpMs: Milliseconds = 86_400_000;

const mailAddress = /^[^<>()[\]\\,;:@\s"\u0000-\u001f\u007f]{1,64}@(?=.{1,253}$)[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})+$/i;

export interface SubscriptionParts extends CourierParts {
  world: () => StatusWorld | undefined;
  /** Whether an incident that may be on the page no more has ended. */
  isOver: (incident: string) => boolean;
}

export class Subscriptions {
  readonly #parts: SubscriptionParts;
  readonly #courier: Courier;
  readonly #admission = new Admission();
  /** Monotonic times before which a message is not tried again. */
  readonly #notBefore = new Map<SubscriberState['outbox'][number], Milliseconds>();
  readonly #busy = new Set<string>();
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: SubscriptionParts) {
    this.#parts = parts;
    this.#courier = new Courier(parts);
  }

  /**
   * Asks whether the place wants to be told. What is answered says nothing about whether it is subscribed already, or
   * whether it exists. `source` is where the request comes from.
   */
  request(
    kind: Subscriber['kind'],
    given: string,
    { language, source }: { language: Language; source: string },
  ): 'asked' | 'wrong' | 'too-many' {
    const { clock, file } = this.#parts;
    const { state } = file;
    const address = kind === 'mail' ? mailOf(given) : webhookOf(given);
    if (address === undefined) return 'wrong';
    const nowMs = clock.monotonic();
    const place = kind === 'mail' ? address.toLowerCase() : new URL(address).host;
    if (!this.#admission.take('source', source, nowMs) || !this.#admission.take('all', '', nowMs)) return 'too-many';
    const isKnown = state.subscribers.some((one) => one.kind === kind && one.address === address);
    if (isKnown || state.subscribers.length >= maxSubscribers || !this.#admission.take('place', place, nowMs))
      return 'asked';
    const subscriber = newSubscriber({ kind, address, language }, clock.now());
    state.pending = [...state.pending.filter((one) => one.since > clock.now() - pendingMs), subscriber].slice(
      -maxPending,
    );
    this.#run(this.#ask(subscriber));
    return 'asked';
  }

  /** The language of whom a link is for; undefined for a link that is not ours, or no more. */
  language(token: string, purpose: LinkPurpose): Language | undefined {
    const { state } = this.#parts.file;
    const id = this.#parts.file.opened(token, purpose);
    const all = [...state.pending, ...state.subscribers];
    return id === undefined ? undefined : all.find((one) => one.id === id)?.language;
  }

  /** Resolves to false for a link that is not ours, or no more. */
  async confirm(token: string): Promise<boolean> {
    const id = this.#parts.file.opened(token, 'confirm');
    return id !== undefined && this.#activate(id);
  }

  async leave(token: string): Promise<boolean> {
    const { file } = this.#parts;
    const id = file.opened(token, 'leave');
    if (id === undefined || !erase(file.state, id)) return false;
    await file.save();
    return true;
  }

  /** To be called after the page has changed. What is told is durable before the first message leaves. */
  async announce(world: StatusWorld | undefined): Promise<void> {
    const { file, clock, isOver } = this.#parts;
    if (world && announce(file.state, world, { now: clock.now(), isOver })) await file.save();
    this.pump();
  }

  /** Sends what is due. To be called now and then. */
  pump(): void {
    const { file, clock, signal, world } = this.#parts;
    const page = world();
    if (!page || signal.aborted) return;
    const waiting = new Set<string>();
    for (const item of file.state.outbox) {
      if (this.#busy.size >= atOnce) return;
      const isFirst = !waiting.has(item.subscriber) && !this.#busy.has(item.subscriber);
      // One after the other to each, so that nobody reads the end first.
      waiting.add(item.subscriber);
      if (!isFirst || (this.#notBefore.get(item) ?? 0) > clock.monotonic()) continue;
      this.#busy.add(item.subscriber);
      this.#run(
        this.#deliver(item, page).finally(() => {
          this.#busy.delete(item.subscriber);
          this.pump();
        }),
      );
    }
  }

  /** Resolves when nothing is on its way any more. */
  async idle(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #ask(subscriber: Subscriber): Promise<void> {
    const page = this.#parts.world();
    if (!page) return;
    await this.#parts.file.save();
    if ((await this.#courier.confirm(subscriber, page)) === 'confirmed') await this.#activate(subscriber.id);
  }

  async #activate(id: string): Promise<boolean> {
    const { clock, file } = this.#parts;
    const { state } = file;
    if (state.subscribers.some((one) => one.id === id)) return true;
    const found = state.pending.find((one) => one.id === id && one.since > clock.now() - pendingMs);
    if (!found || state.subscribers.length >= maxSubscribers) return false;
    state.pending = state.pending.filter((one) => one.id !== id);
    const isDouble = state.subscribers.some((one) => one.kind === found.kind && one.address === found.address);
    if (!isDouble) state.subscribers.push({ ...found, since: clock.now() });
    await file.save();
    return true;
  }

  async #deliver(item: SubscriberState['outbox'][number], page: StatusWorld): Promise<void> {
    const { clock, file, log } = this.#parts;
    const { state } = file;
    const subscriber = state.subscribers.find(({ id }) => id === item.subscriber);
    const news = state.news[item.news];
    if (!subscriber || !news) {
      settle(state, item);
      return;
    }
    const { outcome, text } = await this.#courier.send(subscriber, news, page);
    if (outcome === 'retry' && clock.now() - item.since < giveUpMs) {
      item.tries++;
      const delayMs = Math.min(retryMs.first * 2 ** (item.tries - 1), retryMs.longest);
      this.#notBefore.set(item, clock.monotonic() + delayMs);
      return;
    }
    this.#notBefore.delete(item);
    if (outcome !== 'done') log.warning('a subscriber of the status page could not be told', { problem: text });
    if (outcome === 'failed' && subscriber.kind === 'webhook') erase(state, subscriber.id);
    else settle(state, item);
    await file.save();
  }

  #run(work: Promise<void>): void {
    const done = work
      .catch((thrown: unknown) =>
        this.#parts.log.error('subscribers of the status page cannot be told', { problem: messageOf(thrown) }),
      )
      .finally(() => this.#underWay.delete(done));
    this.#underWay.add(done);
  }
}

function mailOf(given: string): string | undefined {
  const text = given.trim();
  return text.length <= 254 && mailAddress.test(text) ? text : undefined;
}

function webhookOf(given: string): string | undefined {
  const url = given.length <= 500 ? URL.parse(given.trim()) : null;
  if (!url || !/^https?:$/.test(url.protocol) || url.username !== '' || url.password !== '') return undefined;
  url.hash = '';
  return url.href;
}
