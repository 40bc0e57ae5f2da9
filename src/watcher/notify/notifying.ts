import { notifiers, type ChannelOutcome, type Notifier, type ToldSoFar } from '../../act/index.ts';
import type { LedgerEntry, VerdictMachine } from '../../agree/index.ts';
import type { Configuration } from '../../model/index.ts';
import type { Clock, Log } from '../../platform/index.ts';
import type { Notices } from '../notices.ts';
import type { Proposer } from '../proposer.ts';
import { FollowUp } from './follow-up.ts';
import { Listeners } from './listeners.ts';
import { Receivers } from './receivers.ts';
import { toldSoFar } from './told.ts';

export interface NotifyingParts {
  self: string;
  machine: VerdictMachine;
  clock: Clock;
  log: Log;
  random: () => number;
  notices: Pick<Notices, 'add' | 'clear'>;
  proposer: Pick<Proposer, 'propose'>;
  configuration: () => Configuration;
  pageUrl: string;
  /** Tests hand in their own. */
  notifiers?: readonly Notifier[];
}

/** What a watcher does about messages besides sending them: hears answers, changes what was sent, tries receivers. */
export class Notifying {
  readonly told: ToldSoFar;
  readonly receivers: Receivers;
  readonly #listeners: Listeners;
  readonly #followUp: FollowUp;
  readonly #ended = new AbortController();

  constructor(parts: NotifyingParts) {
    const { machine, clock, log, notices, proposer } = parts;
    const known = { ...parts, notifiers: parts.notifiers ?? notifiers };
    this.told = toldSoFar(machine, clock);
    this.receivers = new Receivers({ ...known, signal: this.#ended.signal });
    this.#followUp = new FollowUp(known);
    this.#listeners = new Listeners({
      ...known,
      warn: (message) => log.warning(message),
      onProblem: (key, problem) => (problem === undefined ? notices.clear(key) : notices.add(key, problem)),
      acknowledge: async (incident, by) => {
        await proposer.propose({ kind: 'incident-acknowledge', incident, by });
      },
    });
  }

  onOutcome(outcome: ChannelOutcome): void {
    this.receivers.note(outcome);
  }

  onEntry(entry: LedgerEntry): void {
    this.#followUp.onEntry(entry);
  }

  /** Every second. */
  look(): void {
    this.#listeners.look();
  }

  async stop(): Promise<void> {
    this.#ended.abort();
    await Promise.all([this.#listeners.stop(), this.#followUp.stop()]);
  }
}
