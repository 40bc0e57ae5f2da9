import { messageOf, type Milliseconds, type StatusPageSettings } from '../../model/index.ts';
import type { Disk, Timer } from '../../platform/index.ts';
import { SubscriberFile } from './subscriber-file.ts';
import { Subscriptions, type SubscriptionParts } from './subscriptions.ts';

/** The page is not made more often, so there is nothing to tell sooner. */
export const freshMs: Milliseconds = 2000;

export interface TellingParts extends Omit<SubscriptionParts, 'file'> {
  disk: Disk;
  directory: string;
}

/** Keeps subscribers at hand while somebody may subscribe, and looks now and then whether there is something to tell. */
export class Telling {
  readonly #parts: TellingParts;
  #subscriptions: Subscriptions | undefined;
  #isWanted = false;
  #isOpening = false;
  #timer: Timer | undefined;

  constructor(parts: TellingParts) {
    this.#parts = parts;
  }

  /** Undefined while nobody can subscribe. */
  get subscriptions(): Subscriptions | undefined {
    return this.#subscriptions;
  }

  /** To be called when the settings may have changed. */
  follow(settings: StatusPageSettings | undefined): void {
    const { mail, webhooks } = settings?.subscribe ?? {};
    this.#isWanted = mail !== undefined || webhooks === true;
    if (!this.#isWanted) {
      this.#timer?.cancel();
      this.#subscriptions = undefined;
    } else if (!this.#subscriptions && !this.#isOpening) {
      this.#isOpening = true;
      void this.#open().finally(() => {
        this.#isOpening = false;
      });
    }
  }

  async stop(): Promise<void> {
    this.#timer?.cancel();
    await this.#subscriptions?.idle();
  }

  async #open(): Promise<void> {
    const { disk, directory, log } = this.#parts;
    try {
      const file = await SubscriberFile.open(disk, `${directory}/status-subscribers.json`);
      if (!this.#isWanted) return;
      this.#subscriptions = new Subscriptions({ ...this.#parts, file });
      this.#tellSoon();
    } catch (thrown) {
      log.error('subscribers of the status page cannot be read', { problem: messageOf(thrown) });
    }
  }

  #tellSoon(): void {
    const { clock, log, signal, world } = this.#parts;
    if (signal.aborted || !this.#subscriptions) return;
    this.#timer?.cancel();
    this.#timer = clock.after(freshMs, () => {
      this.#subscriptions?.announce(world()).catch((thrown: unknown) => {
        log.error('subscribers of the status page cannot be told', { problem: messageOf(thrown) });
      });
      this.#tellSoon();
    });
  }
}
