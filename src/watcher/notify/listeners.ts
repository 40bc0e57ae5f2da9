import { threadOf, type AnsweredIncident, type ListenContext, type Notifier } from '../../act/index.ts';
import type { VerdictMachine } from '../../agree/index.ts';
import { messageOf, type Configuration, type Milliseconds } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import { onDuty } from './duty.ts';
import { messagesAbout } from './told.ts';

export interface ListenersParts {
  self: string;
  machine: VerdictMachine;
  clock: Clock;
  notifiers: readonly Notifier[];
  configuration: () => Configuration;
  random: () => number;
  warn: (message: string) => void;
  onProblem: (key: string, problem: string | undefined) => void;
  acknowledge: (incident: string, by: string) => Promise<void>;
}

/** How long answers are still taken after the last button was pressed or its incident is over: people are told so then. */
const lingerMs: Milliseconds = 120_000;

interface Running {
  notifier: Notifier;
  /** As JSON, to see a change. */
  receivers: string;
  ending: AbortController;
  done: Promise<void>;
}

type Options = Readonly<Record<string, unknown>>;

/**
 * Listens for those who press buttons: on one member, and only while there is a button to be pressed, so that other
 * programs may use the same bots the rest of the time.
 */
export class Listeners {
  readonly #parts: ListenersParts;
  readonly #running = new Map<string, Running>();
  readonly #ending = new Set<Promise<void>>();
  #wantedUntilMs = 0;
  #stopped = false;

  constructor(parts: ListenersParts) {
    this.#parts = parts;
  }

  /** Looks at the state of things: called every second and cheap. */
  look(): void {
    if (this.#stopped) return;
    const wanted = this.#wanted();
    for (const [key, running] of this.#running) {
      if (wanted.get(key)?.receivers === running.receivers) continue;
      this.#end(key, running);
    }
    for (const [key, one] of wanted) if (!this.#running.has(key)) this.#begin(key, one);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    for (const [key, running] of this.#running) this.#end(key, running);
    await Promise.all(this.#ending);
  }

  #wanted(): Map<string, { notifier: Notifier; options: Options[]; receivers: string }> {
    const found = new Map<string, { notifier: Notifier; options: Options[]; receivers: string }>();
    const { machine, clock, self } = this.#parts;
    if (onDuty(machine.view(clock.now())) !== self) return found;
    if (this.#isAnyButtonOut()) this.#wantedUntilMs = clock.monotonic() + lingerMs;
    if (clock.monotonic() >= this.#wantedUntilMs) return found;
    for (const receiver of Object.values(this.#parts.configuration().notify)) {
      for (const [notifier, options] of this.#channelsWithButtons(receiver)) {
        const key = `${notifier.channel} ${notifier.listening?.key(options)}`;
        const known = found.get(key) ?? { notifier, options: [], receivers: '' };
        known.options.push(options);
        found.set(key, { ...known, receivers: JSON.stringify(known.options) });
      }
    }
    return found;
  }

  #isAnyButtonOut(): boolean {
    const { machine, clock, configuration } = this.#parts;
    const { notify } = configuration();
    for (const incident of machine.view(clock.now()).incidents()) {
      // Open ones come first.
      if (incident.status === 'resolved') return false;
      if (incident.acknowledged) continue;
      for (const name of incident.told) {
        const receiver = Object.hasOwn(notify, name) ? notify[name] : undefined;
        if (receiver && this.#channelsWithButtons(receiver).length > 0) return true;
      }
    }
    return false;
  }

  #channelsWithButtons(receiver: Readonly<Record<string, Options>>): [Notifier, Options][] {
    return Object.entries(receiver).flatMap(([channel, options]): [Notifier, Options][] => {
      const notifier = this.#parts.notifiers.find((one) => one.channel === channel);
      return notifier?.listening?.wanted(options) ? [[notifier, options]] : [];
    });
  }

  #begin(key: string, { notifier, options, receivers }: { notifier: Notifier; options: Options[]; receivers: string }) {
    const ending = new AbortController();
    const { clock, random, warn, onProblem } = this.#parts;
    const context: ListenContext = {
      clock,
      random,
      signal: ending.signal,
      warn,
      onProblem: (problem) => onProblem(`notify ${key}`, problem && `${notifier.channel}: ${problem}`),
      incident: (id) => this.#incident(id),
      acknowledge: (incident, by, handle) => this.#acknowledge(incident, by, notifier.channel, handle),
    };
    const done = (notifier.listening?.listen(options, context) ?? Promise.resolve()).catch((error: unknown) => {
      onProblem(`notify ${key}`, `${notifier.channel}: listening broke: ${messageOf(error)}`);
    });
    this.#running.set(key, { notifier, receivers, ending, done });
  }

  #end(key: string, { ending, done }: Running): void {
    this.#running.delete(key);
    ending.abort();
    this.#ending.add(done);
    void done.finally(() => this.#ending.delete(done));
  }

  #incident(id: string): AnsweredIncident | undefined {
    const { machine, clock, configuration } = this.#parts;
    const incident = machine.view(clock.now()).incident(id);
    if (!incident) return undefined;
    const state = incident.status === 'resolved' ? 'resolved' : incident.acknowledged ? 'acknowledged' : 'open';
    const language = configuration().language ?? 'en';
    return {
      thread: threadOf(incident),
      state,
      ...(incident.acknowledged && { by: incident.acknowledged.by }),
      language,
    };
  }

  /** One message may be about several incidents: who takes care of it takes care of them all. */
  async #acknowledge(incident: string, by: string, channel: string, handle: string): Promise<void> {
    const { machine, clock, acknowledge } = this.#parts;
    const ids = new Set([incident]);
    for (const { body, action } of messagesAbout(machine, clock, incident)) {
      if (action.receipt?.messages?.[channel] !== handle) continue;
      for (const other of body.others ?? []) ids.add(other.id);
    }
    for (const id of ids) {
      const known = machine.view(clock.now()).incident(id);
      if (known && known.status !== 'resolved' && !known.acknowledged) await acknowledge(id, by);
    }
  }
}
