import { messageOf, type Milliseconds, type Receiver } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import { backOffMs } from '../back-off.ts';
import type { OutgoingMessage } from './message.ts';
import { sentence, type Notifier, type SendResult } from './notifier.ts';
import type { Pace } from './pace.ts';

const retries = { firstMs: 1000, longestMs: 300_000 };
/** What a service may ask for at most with Retry-After. */
const retryAfterLimitMs = 3_600_000;
const windowMs = 86_400_000;

export interface DeliveryParts {
  clock: Clock;
  notifiers: readonly Notifier[];
  pace: Pace;
  random: () => number;
  warn: (message: string) => void;
  signal: AbortSignal;
}

interface Channel {
  state: 'pending' | 'done' | 'failed';
  text: string;
  tries: number;
  /** Monotonic. */
  nextAtMs: Milliseconds;
}

/** All channels settled, or when to go on. */
export type DeliveryProgress =
  | { settled: true; outcome: 'done' | 'failed'; text: string }
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

  /** Tries the channels whose time has come; the receiver may differ from last time, since configurations change. */
  async advance(name: string, receiver: Receiver, message: OutgoingMessage): Promise<DeliveryProgress> {
    const { clock, pace, signal } = this.#parts;
    for (const key of this.#channels.keys()) if (!Object.hasOwn(receiver, key)) this.#channels.delete(key);
    const now = clock.monotonic();
    const sending: Promise<void>[] = [];
    for (const [key, options] of Object.entries(receiver)) {
      const channel = this.#channels.get(key) ?? { state: 'pending', text: '', tries: 0, nextAtMs: 0 };
      this.#channels.set(key, channel);
      if (channel.state !== 'pending' || channel.nextAtMs > now) continue;
      const notifier = this.#parts.notifiers.find((one) => one.channel === key);
      if (!notifier) {
        Object.assign(channel, { state: 'failed', text: 'there is no such channel' });
        continue;
      }
      const waitMs = pace.take(`${name}/${key}`, notifier.pace, now);
      if (waitMs > 0) channel.nextAtMs = now + waitMs;
      else sending.push(this.#send(channel, notifier, options, message));
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

  async #send(
    channel: Channel,
    notifier: Notifier,
    options: Readonly<Record<string, unknown>>,
    message: OutgoingMessage,
  ): Promise<void> {
    const { clock, random, signal, warn } = this.#parts;
    channel.tries++;
    let result: SendResult;
    try {
      result = await notifier.send(message, options, { clock, signal, warn });
    } catch (error) {
      result = { outcome: 'failed', text: sentence(`broke: ${messageOf(error)}`) };
    }
    channel.text = result.text;
    if (result.outcome !== 'retry') {
      channel.state = result.outcome;
      return;
    }
    if (signal.aborted) return;
    const delayMs = Math.max(
      backOffMs(channel.tries, retries, random()),
      Math.min(result.afterMs ?? 0, retryAfterLimitMs),
    );
    channel.nextAtMs = clock.monotonic() + delayMs;
    if (channel.nextAtMs < this.#giveUpAtMs) return;
    channel.state = 'failed';
    channel.text = `given up after a day: ${result.text}`;
  }

  #settled(): DeliveryProgress {
    const failed = [...this.#channels.values()].some((channel) => channel.state === 'failed');
    const text = [...this.#channels].map(([key, channel]) => `${key}: ${channel.text}`).join('; ');
    return { settled: true, outcome: failed ? 'failed' : 'done', text };
  }
}
