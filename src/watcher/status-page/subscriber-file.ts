import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { QwError, languages, type EpochMs } from '../../model/index.ts';
import { readSmallFile, replaceFile, type Disk } from '../../platform/index.ts';

/**
 * Who wants to be told of incidents, in a file of the watcher that serves the page: addresses of people are no business of
 * the ledger, which forgets nothing. Whoever unsubscribes is erased from it.
 */

const maxFileBytes = 64 * 1024 * 1024;

const subscriberSchema = z.object({
  id: z.string(),
  kind: z.enum(['mail', 'webhook']),
  address: z.string(),
  language: z.enum(languages),
  since: z.number(),
  /** Open incidents that it was told of: it is told their end. */
  told: z.array(z.string()).default([]),
});
export type Subscriber = z.output<typeof subscriberSchema>;

/** What is told, kept until everybody has it: the page may have moved on by then. */
const newsSchema = z.object({
  incident: z.string(),
  update: z.string(),
  at: z.number(),
  status: z.enum(['investigating', 'identified', 'monitoring', 'resolved', 'postmortem']),
  impact: z.enum(['none', 'minor', 'major', 'critical']),
  /** Names of components. */
  components: z.array(z.string()),
  text: z.string().optional(),
});
export type News = z.output<typeof newsSchema>;

const stateSchema = z.object({
  version: z.literal(1),
  /** Of the links to confirm and to unsubscribe, and of what webhooks are signed with. */
  key: z.string(),
  /** Not confirmed yet. */
  pending: z.array(subscriberSchema),
  subscribers: z.array(subscriberSchema),
  /** Updates of each incident that were handed out, and what to say if it leaves the page before its end. */
  announced: z.record(z.string(), z.object({ updates: z.array(z.string()), last: newsSchema })),
  news: z.record(z.string(), newsSchema),
  /** In the order in which they are sent. */
  outbox: z.array(z.object({ subscriber: z.string(), news: z.string(), since: z.number(), tries: z.number() })),
});
export type SubscriberState = z.output<typeof stateSchema>;

export type LinkPurpose = 'confirm' | 'leave';

export class SubscriberFile {
  readonly #disk: Disk;
  readonly #path: string;
  readonly state: SubscriberState;
  #writing: Promise<void> = Promise.resolve();
  #wanted = 0;
  #written = 0;

  private constructor(disk: Disk, path: string, state: SubscriberState | undefined) {
    this.#disk = disk;
    this.#path = path;
    this.state = state ?? {
      version: 1,
      key: randomBytes(32).toString('base64url'),
      pending: [],
      subscribers: [],
      announced: {},
      news: {},
      outbox: [],
    };
  }

  /** Throws BAD_INPUT for a file that is damaged. */
  static async open(disk: Disk, path: string): Promise<SubscriberFile> {
    const bytes = await readSmallFile(disk, path, maxFileBytes);
    if (!bytes) return new SubscriberFile(disk, path, undefined);
    try {
      return new SubscriberFile(disk, path, stateSchema.parse(JSON.parse(bytes.toString('utf8'))));
    } catch (cause) {
      throw new QwError('BAD_INPUT', 'the file of subscribers is damaged', {
        where: path,
        cause,
        hint: 'restore it, or delete it: then everybody has to subscribe again',
      });
    }
  }

  /** Resolves once everything said so far is durable; many changes at a time are one write. */
  save(): Promise<void> {
    const wanted = ++this.#wanted;
    this.#writing = this.#writing
      .catch(() => undefined)
      .then(async () => {
        if (this.#written >= wanted) return;
        const upTo = this.#wanted;
        const bytes = Buffer.from(JSON.stringify(this.state));
        await replaceFile(this.#disk, dirname(this.#path), basename(this.#path), bytes);
        this.#written = upTo;
      });
    return this.#writing;
  }

  /** What stands in a link: who, and that it was we who made it. */
  token(id: string, purpose: LinkPurpose): string {
    return `${id}.${this.#seal(`${purpose}:${id}`).slice(0, 22)}`;
  }

  /** The id, if the token is ours for this purpose. */
  opened(token: string, purpose: LinkPurpose): string | undefined {
    const [id = ''] = token.split('.', 1);
    const [given, expected] = [Buffer.from(token), Buffer.from(this.token(id, purpose))];
    return given.length === expected.length && timingSafeEqual(given, expected) ? id : undefined;
  }

  /** The key with which what is posted to a webhook is signed. */
  secretOf(id: string): string {
    return this.#seal(`secret:${id}`);
  }

  #seal(text: string): string {
    return createHmac('sha256', this.state.key).update(text).digest('base64url');
  }
}

export function newSubscriber(given: Omit<Subscriber, 'id' | 'since' | 'told'>, now: EpochMs): Subscriber {
  return { ...given, id: randomBytes(12).toString('base64url').replaceAll('-', 'A'), since: now, told: [] };
}
