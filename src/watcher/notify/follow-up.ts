import { renderMessage, type Notifier } from '../../act/index.ts';
import type { LedgerEntry, VerdictMachine } from '../../agree/index.ts';
import {
  incidentsOf,
  languageOf,
  messageOf,
  type Configuration,
  type Incident,
  type NotificationBody,
} from '../../model/index.ts';
import { sleep, type Clock, type Log } from '../../platform/index.ts';
import { onDuty } from './duty.ts';
import { messagesAbout } from './told.ts';

export interface FollowUpParts {
  self: string;
  machine: VerdictMachine;
  clock: Clock;
  log: Log;
  notifiers: readonly Notifier[];
  configuration: () => Configuration;
  pageUrl: string;
}

const tries = 4;
const firstRestMs = 2000;
const longestRestMs = 60_000;
/** More messages than these at a time stay as they are. */
const mostAtOnce = 200;

interface Standing {
  intent: string;
  body: NotificationBody;
  notifier: Notifier;
  options: Readonly<Record<string, unknown>>;
  handle: string;
}

/**
 * When somebody takes care of an incident, changes the messages about it that stand somewhere: the buttons go, and
 * whoever reads them sees by whom. One member does it, and it is a courtesy: nothing is lost where a service refuses it.
 */
export class FollowUp {
  readonly #parts: FollowUpParts;
  readonly #ended = new AbortController();
  readonly #underWay = new Set<Promise<void>>();

  constructor(parts: FollowUpParts) {
    this.#parts = parts;
  }

  onEntry(entry: LedgerEntry): void {
    if (entry.kind !== 'incident' || this.#ended.signal.aborted) return;
    const incident = entry.body as Incident;
    const { machine, clock, self } = this.#parts;
    if (incident.updates.at(-1)?.kind !== 'acknowledged' || !incident.acknowledged) return;
    // Later entries about the incident may still end with that update.
    if (incident.acknowledged.at !== entry.time) return;
    if (onDuty(machine.view(clock.now())) !== self) return;
    const { by } = incident.acknowledged;
    for (const standing of this.#standing(incident.id)) {
      if (this.#underWay.size >= mostAtOnce) return;
      const changing = this.#change(standing, by).finally(() => this.#underWay.delete(changing));
      this.#underWay.add(changing);
    }
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await Promise.all(this.#underWay);
  }

  /** Each place once, though several messages may share it. */
  #standing(incident: string): Standing[] {
    const { machine, clock, configuration, notifiers } = this.#parts;
    const found = new Map<string, Standing>();
    for (const { intent, body, action } of messagesAbout(machine, clock, incident)) {
      if (body.message === 'resolved' || !incidentsOf(body).every((id) => this.#isTakenCareOf(id))) continue;
      const receiver = configuration().notify[body.receiver] ?? {};
      for (const [channel, handle] of Object.entries(action.receipt?.messages ?? {})) {
        const notifier = notifiers.find((one) => one.channel === channel);
        const options = receiver[channel];
        if (!notifier?.acknowledged || !options) continue;
        found.set(`${body.receiver} ${channel} ${handle}`, { intent: intent.id, body, notifier, options, handle });
      }
    }
    return [...found.values()];
  }

  #isTakenCareOf(id: string): boolean {
    const { machine, clock } = this.#parts;
    const incident = machine.view(clock.now()).incident(id);
    return incident === undefined || incident.status === 'resolved' || incident.acknowledged !== undefined;
  }

  async #change({ intent, body, notifier, options, handle }: Standing, by: string): Promise<void> {
    const { clock, log, configuration, pageUrl } = this.#parts;
    const { signal } = this.#ended;
    const inForce = configuration();
    const message = renderMessage(intent, body, {
      pageUrl: inForce.server['public-url'] ?? pageUrl,
      language: languageOf(inForce, body.receiver),
      acknowledgedBy: by,
    });
    const context = { clock, signal, warn: (text: string) => log.warning(text), delivered: new Set<string>() };
    let restMs = firstRestMs;
    for (let left = tries; left > 0 && !signal.aborted; left--) {
      const result = await notifier
        .acknowledged?.(message, options, { ...context, earlier: handle })
        .catch((error: unknown) => ({ outcome: 'failed' as const, text: messageOf(error), afterMs: 0 }));
      if (!result || result.outcome === 'done') return;
      if (result.outcome === 'failed' || left === 1) {
        log.warning(`a message to ${body.receiver} does not say that ${by} takes care: ${result.text}`);
        return;
      }
      await sleep(clock, Math.min(longestRestMs, Math.max(restMs, result.afterMs ?? 0)), signal);
      restMs *= 2;
    }
  }
}
