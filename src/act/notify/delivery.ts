import { messageOf, type EpochMs, type Milliseconds, type Receiver } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import { backOffMs } from '../back-off.ts';
import type { OutgoingMessage } from './message.ts';
import { sentence, type Notifier, type SendResult } from './notifier.ts';
import type { NotifierOptions } from './notifier-options.ts';
import type { Pace } from './pace.ts';

const retries = { firstMs: 1000, longestMs: 300_000 };
/** Of what a service calls a message, in characters: the ledger keeps it. */
const handleLimit = 200;
/** What a service may ask for at most with Retry-After. */
const retryAfterLimitMs = 3_600_000;
const windowMs = 86_400_000;

/** What came of one try over one channel. */
export interface ChannelOutcome {
  receiver: string;
  channel: string;
  at: EpochMs;
  outcome: SendResult['outcome'];
  text: string;
}

/** By channel: what the services call messages. */
export type Handles = Readonly<Record<string, string>>;

export interface DeliveryParts {
  clock: Clock;
  notifiers: readonly Notifier[];
  pace: Pace;
  random: () => number;
  warn: (message: string) => void;
  signal: AbortSignal;
  onOutcome?: ((outcome: ChannelOutcome) => void) | undefined;
}

interface Channel {
  state: 'pending' | 'done' | 'failed';
  text: string;
  tries: number;
  /** Monotonic. */
  nextAtMs: Milliseconds;
  /** Nobody can have got anything of it yet. */
  undelivered: boolean;
  delivered: Set<string>;
  handle?: string;
}

/** All channels settled, or when to go on. */
export type DeliveryProgress =
  | { settled: true; outcome: 'done' | 'failed'; text: string; handles: Handles }
  | { settled: false; againMs: Milliseconds };

/** One message to one receiver: each channel must take it once, and only those that have not are tried again. */
export class Delivery {
  readonly #parts: DeliveryParts;
  readonly #channels = new Map<string, Channel>();
  readonly #giveUpAtMs: Milliseconds;
  #tries = 0;

  /** `ageMs`: how long the message has been waiting already, before this process too. */
  constructor(parts: DeliveryParts, ageMs: Milliseconds) {
    this.#parts = parts;
    this.#giveUpAtMs = parts.clock.monotonic() + windowMs - ageMs;
  }

  /** Rounds in which at least one channel was tried. */
  get tries(): number {
    return this.#tries;
  }

  /** Nobody can have got the message over any channel so far. */
  get undelivered(): boolean {
    return [...this.#channels.values()].every((channel) => channel.undelivered);
  }

  /**
   * Tries the channels whose time has come; the receiver may differ from last time, since configurations change.
   * `earlier` is what the services call the first message about the same.
   */
  async advance(
    name: string,
    receiver: Receiver,
    message: OutgoingMessage,
    earlier: Handles = {},
  ): Promise<DeliveryProgress> {
    const { clock, pace, signal } = this.#parts;
    for (const key of this.#channels.keys()) if (!Object.hasOwn(receiver, key)) this.#channels.delete(key);
    const now = clock.monotonic();
    const sending: Promise<void>[] = [];
    for (const [key, options] of Object.entries(receiver)) {
      const channel = this.#channels.get(key) ?? freshChannel();
      this.#channels.set(key, channel);
      if (channel.state !== 'pending' || channel.nextAtMs > now) continue;
      const notifier = this.#parts.notifiers.find((one) => one.channel === key);
      if (!notifier) {
        Object.assign(channel, { state: 'failed', text: 'there is no such channel' });
        continue;
      }
      // The place counts, not the receiver: two of them may write to one chat.
      const place = `${key} ${JSON.stringify(options)}`;
      const waitMs = pace.take(place, notifier.pace, now);
      if (waitMs > 0) channel.nextAtMs = now + waitMs;
      else sending.push(this.#send(channel, { name, place, notifier, options, message, earlier: earlier[key] }));
    }
    if (sending.length > 0) this.#tries++;
    await Promise.all(sending);
    const pending = [...this.#channels.values()].filter((channel) => channel.state === 'pending');
    if (pending.length === 0 && !signal.aborted) return this.#settled();
    return {
      settled: false,
      againMs: Math.max(0, Math.min(...pending.map((channel) => channel.nextAtMs)) - clock.monotonic()),
    };
  }

  async #send(channel: Channel, sending: Sending): Promise<void> {
    const { clock, random, signal, warn, pace, onOutcome } = this.#parts;
    const { notifier, message, options, earlier, place } = sending;
    channel.tries++;
    let result: SendResult;
    try {
      const known = earlier === undefined ? {} : { earlier };
      const context = { clock, signal, warn, delivered: channel.delivered, ...known };
      result = await notifier.send(message, options, context);
    } catch (error) {
      result = { outcome: 'failed', text: sentence(`broke: ${messageOf(error)}`) };
    }
    const { outcome, text, handle } = result;
    channel.text = text;
    if (outcome === 'done' || !result.undelivered) channel.undelivered = false;
    onOutcome?.({ receiver: sending.name, channel: notifier.channel, at: clock.now(), outcome, text });
    if (outcome !== 'retry') {
      pace.worked(place);
      channel.state = outcome;
      if (handle !== undefined && handle.length <= handleLimit) channel.handle = handle;
      return;
    }
    if (signal.aborted) return;
    const afterMs = Math.min(result.afterMs ?? 0, retryAfterLimitMs);
    pace.failed(place, clock.monotonic(), afterMs);
    channel.nextAtMs = clock.monotonic() + Math.max(backOffMs(channel.tries, retries, random()), afterMs);
    if (channel.nextAtMs < this.#giveUpAtMs) return;
    channel.state = 'failed';
    channel.text = `given up after a day: ${result.text}`;
  }

  #settled(): DeliveryProgress {
    const channels = [...this.#channels];
    const failed = channels.some(([, channel]) => channel.state === 'failed');
    const text = channels.map(([key, channel]) => `${key}: ${channel.text}`).join('; ');
    const handles = channels.flatMap(([key, { handle }]): [string, string][] =>
      handle === undefined ? [] : [[key, handle]],
    );
    return { settled: true, outcome: failed ? 'failed' : 'done', text, handles: Object.fromEntries(handles) };
  }
}

interface Sending {
  /** Of the receiver. */
  name: string;
  place: string;
  notifier: Notifier;
  options: NotifierOptions;
  message: OutgoingMessage;
  earlier: string | undefined;
}

function freshChannel(): Channel {
  return { state: 'pending', text: '', tries: 0, nextAtMs: 0, undelivered: true, delivered: new Set() };
}
