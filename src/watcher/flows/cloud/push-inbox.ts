import { QwError, type CloudPushSettings } from '../../../model/index.ts';
import type { CloudNames, DurableFlowSink } from '../../../observe/index.ts';
import { sleep, type Clock } from '../../../platform/index.ts';
import { CloudIntake } from './intake.ts';

/** Of messages that were taken, so that those that come again are not taken twice. */
const maxRemembered = 100_000;
const maxIdCharacters = 200;
/** A message has a handful of records: those of one moment go into the store together. */
const gatherMs = 50;
const rowsAtOnce = 1024;

/** What is posted to one address: a message of Google Cloud Pub/Sub in its envelope, or nothing but entries of a log. */
export class PushInbox {
  readonly #clock: Clock;
  readonly #intake: CloudIntake;
  /** In the order in which they came. */
  readonly #taken = new Set<string>();
  readonly #underWay = new Map<string, Promise<void>>();
  /** Whether what is gathered at present becomes durable. */
  #gathering: Promise<boolean> | undefined;

  constructor(settings: CloudPushSettings, names: CloudNames, sink: DurableFlowSink, clock: Clock) {
    this.#clock = clock;
    const { format, 'format-string': formatString } = settings;
    this.#intake = new CloudIntake({ format, formatString, names, sink, rowsAtOnce });
  }

  get counts(): CloudIntake['counts'] {
    return this.#intake.counts;
  }

  /** Resolves when everything in it outlives a crash. Rejects with OVERLOADED, and whoever posts comes again. */
  take(body: string): Promise<void> {
    const { id, log } = open(body);
    if (id === undefined) return this.#store(log);
    if (this.#taken.has(id)) return Promise.resolve();
    const before = this.#underWay.get(id);
    if (before) return before;
    const stored = this.#store(log)
      .then(() => this.#remember(id))
      .finally(() => this.#underWay.delete(id));
    this.#underWay.set(id, stored);
    return stored;
  }

  async #store(log: Uint8Array): Promise<void> {
    this.#intake.write(log, this.#clock.now());
    this.#intake.end();
    this.#gathering ??= this.#gather();
    if (!(await this.#gathering)) throw new QwError('OVERLOADED', 'records could not be stored');
  }

  async #gather(): Promise<boolean> {
    await sleep(this.#clock, gatherMs);
    this.#gathering = undefined;
    return this.#intake.settle();
  }

  #remember(id: string): void {
    this.#taken.add(id);
    if (this.#taken.size <= maxRemembered) return;
    for (const oldest of this.#taken) {
      this.#taken.delete(oldest);
      return;
    }
  }
}

interface Envelope {
  message?: { data?: unknown; messageId?: unknown; message_id?: unknown };
}

/** docs.cloud.google.com/pubsub/docs/push: `{"message":{"data":BASE64,"messageId":ID},"subscription":NAME}`. */
function open(body: string): { id?: string; log: Uint8Array } {
  const bare = () => ({ log: Buffer.from(body) });
  if (!/^\s*\{\s*"(message|subscription|deliveryAttempt)"/.test(body)) return bare();
  let envelope: Envelope;
  try {
    envelope = JSON.parse(body) as Envelope;
  } catch {
    return bare();
  }
  const { data, messageId, message_id: oldId } = envelope.message ?? {};
  if (typeof data !== 'string') return bare();
  const id = messageId ?? oldId;
  const log = Buffer.from(data, 'base64');
  return typeof id === 'string' && id.length <= maxIdCharacters ? { id, log } : { log };
}
