import { tryReceiver, type ChannelOutcome, type Notifier } from '../../act/index.ts';
import type { VerdictMachine } from '../../agree/index.ts';
import {
  formatInstant,
  languageOf,
  QwError,
  type ApiReceiver,
  type ApiReceiverTest,
  type Configuration,
} from '../../model/index.ts';
import type { Clock, Log } from '../../platform/index.ts';

/** What the server may ask about receivers. */
export interface ReceiverDesk {
  /** In the order of the configuration; nothing in it is a secret. */
  list(): ApiReceiver[];
  /** Sends a test message over every channel. NOT_FOUND without such a receiver, OVERLOADED while one is on its way. */
  test(name: string, by: string): Promise<ApiReceiverTest>;
}

export interface ReceiverParts {
  machine: VerdictMachine;
  clock: Clock;
  log: Log;
  notifiers: readonly Notifier[];
  configuration: () => Configuration;
  signal: AbortSignal;
}

/** Between two tests of one receiver: whoever presses twice means one. */
const restMs = 3000;

/** Receivers with what came last of each of their channels, on this watcher, and of the last message to each, on any. */
export class Receivers implements ReceiverDesk {
  readonly #parts: ReceiverParts;
  /** By receiver and channel; those of receivers that are gone go with the next look. */
  readonly #outcomes = new Map<string, ChannelOutcome>();
  readonly #testedAtMs = new Map<string, number>();

  constructor(parts: ReceiverParts) {
    this.#parts = parts;
  }

  /** A try over one channel has ended. */
  note(outcome: ChannelOutcome): void {
    this.#outcomes.set(keyOf(outcome.receiver, outcome.channel), outcome);
  }

  list(): ApiReceiver[] {
    const inForce = this.#parts.configuration();
    const lasts = this.#lastMessages();
    this.#forget(inForce);
    return Object.entries(inForce.notify).map(([name, channels]) => {
      const last = lasts.get(name);
      return {
        name,
        language: languageOf(inForce, name),
        channels: Object.entries(channels).map(([channel, options]) => {
          const notifier = this.#parts.notifiers.find((one) => one.channel === channel);
          const outcome = this.#outcomes.get(keyOf(name, channel));
          return {
            channel,
            destination: notifier?.destination(options) ?? '',
            ...(outcome && { last: { at: formatInstant(outcome.at), outcome: outcome.outcome, text: outcome.text } }),
          };
        }),
        ...(last && { last }),
      };
    });
  }

  async test(name: string, by: string): Promise<ApiReceiverTest> {
    const { clock, log, signal, notifiers, configuration } = this.#parts;
    const inForce = configuration();
    const receiver = Object.hasOwn(inForce.notify, name) ? inForce.notify[name] : undefined;
    if (!receiver) throw new QwError('NOT_FOUND', `there is no receiver ${name}`);
    const now = clock.monotonic();
    if (now - (this.#testedAtMs.get(name) ?? -restMs) < restMs) {
      throw new QwError('OVERLOADED', `${name} has been tested just now`, { hint: 'wait some seconds' });
    }
    this.#testedAtMs.set(name, now);
    const language = languageOf(inForce, name);
    const warn = (message: string) => log.warning(message);
    const outcomes = await tryReceiver({ clock, signal, warn, name, receiver, language, notifiers });
    for (const outcome of outcomes) this.note(outcome);
    const shown = outcomes.map(({ channel, outcome, text }) => ({
      channel,
      // Nobody tries it again: what may work later has not worked.
      outcome: outcome === 'done' ? ('done' as const) : ('failed' as const),
      text,
    }));
    const ok = shown.every(({ outcome }) => outcome === 'done');
    log.info(`${by} has tested the receiver ${name}`, { ok, channels: shown.length });
    return { receiver: name, ok, channels: shown };
  }

  #lastMessages(): Map<string, NonNullable<ApiReceiver['last']>> {
    const { machine, clock } = this.#parts;
    const found = new Map<string, NonNullable<ApiReceiver['last']>>();
    for (const { intent, receipt, at } of machine.view(clock.now()).finishedActions()) {
      const body = intent.notification;
      if (!body || !receipt) continue;
      const { outcome, text } = receipt;
      const { receiver, message, incident } = body;
      found.set(receiver, {
        at: formatInstant(at),
        outcome,
        text,
        message,
        incident: incident.id,
        watcher: intent.watcher,
      });
    }
    return found;
  }

  #forget({ notify }: Configuration): void {
    for (const [key, { receiver, channel }] of this.#outcomes) {
      const channels = Object.hasOwn(notify, receiver) ? notify[receiver] : undefined;
      if (!channels || !Object.hasOwn(channels, channel)) this.#outcomes.delete(key);
    }
    for (const name of this.#testedAtMs.keys()) if (!Object.hasOwn(notify, name)) this.#testedAtMs.delete(name);
  }
}

function keyOf(receiver: string, channel: string): string {
  return JSON.stringify([receiver, channel]);
}
