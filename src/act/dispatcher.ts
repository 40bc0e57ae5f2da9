import {
  languageOf,
  messageOf,
  type ActionIntent,
  type ActionOutcome,
  type ActionReceipt,
  type Configuration,
  type Milliseconds,
} from '../model/index.ts';
import type { Clock, Log } from '../platform/index.ts';
import type { ActionFinding } from './finding.ts';
import { createJob, isUntold, type Job, type Pool } from './job.ts';
import { Lanes } from './lanes.ts';
import { Delivery, type ChannelOutcome } from './notify/delivery.ts';
import { renderMessage } from './notify/message.ts';
import type { Notifier } from './notify/notifier.ts';
import { Pace } from './notify/pace.ts';
import { notifiers } from './notify/registry.ts';
import { earlierHandles, isPendingElsewhere, notWorthSending, nothingKnown, type ToldSoFar } from './notify/told.ts';
import { Proposals } from './proposals.ts';
import { ReceiverCounts } from './receiver-counts.ts';
import { actOnRouter } from './routeros/act.ts';
import { runScript } from './scripts/run.ts';

const atOnce: Readonly<Record<Pool, number>> = { run: 8, send: 16, routeros: 8, log: 8 };
/** Further messages to a receiver for whom so many wait are dropped, with a receipt; ends never are. */
const messagesLimit = 1000;
/** Of messages to one receiver, so that one whose services are slow leaves room for others. */
const atOnceToReceiver = 4;
/** Starts that are tried while the ledger says that each is there already. */
const startsLimit = 6;
/** How long the end waits for the beginning while another watcher still sends that. */
const lookAgainMs = 2000;
/** More intents than these at a time are dropped, with a receipt; messages that something is over never are. */
const jobsLimit = 10_000;
/** An intent that comes a second time is known by its id for this long. */
const finishedLimit = 20_000;
/** The longest delay that a configuration may have: a clock that jumped cannot put an action off further. */
const delayLimitMs = 3_600_000;
/** Of a receipt's text and of its output, in characters. */
const textLimit = 1000;
const outputLimit = 4096;

/** What carries out; tests hand in their own. */
export interface Carriers {
  notifiers: readonly Notifier[];
  runScript: typeof runScript;
  actOnRouter: typeof actOnRouter;
}

export interface DispatcherOptions {
  clock: Clock;
  /** The id of this watcher: intents of others are left alone. */
  self: string;
  log: Log;
  configuration: () => Configuration;
  /** Proposes the start; resolves once it is durable, and only then something happens. */
  start: (id: string, attempt: number) => Promise<void>;
  finish: (id: string, receipt: ActionReceipt) => Promise<void>;
  /** From 0 up to but not including 1. */
  random: () => number;
  /** Stops the dispatcher. */
  signal: AbortSignal;
  /** Where people reach the page, without a slash at the end. */
  pageUrl?: string;
  /** What was told before, by whichever watcher; nothing is known without it. */
  told?: ToldSoFar;
  /** Told of each try over each channel. */
  onOutcome?: (outcome: ChannelOutcome) => void;
  carriers?: Partial<Carriers>;
}

export interface DispatcherStatistics {
  /** By state. */
  jobs: Readonly<Record<Job['state'], number>>;
  /** Receipts that became durable, by outcome. */
  receipts: Readonly<Record<ActionOutcome, number>>;
  /** Proposals that were refused and made again. */
  refusedProposals: number;
}

export interface Dispatcher {
  offer(intent: ActionIntent): void;
  /** After a start: what the ledger holds without a receipt, with the number of its starts. */
  recover(pending: readonly { intent: ActionIntent; startedAttempts: number }[]): void;
  /** Another watcher carries it out from now on: what has not happened here yet will not. */
  withdraw(id: string): void;
  /** Resolves when every intent has its receipt. */
  idle(): Promise<void>;
  statistics(): DispatcherStatistics;
  /** Ends what runs; what it cuts off gets no receipt and is recovered at the next start. */
  stop(): Promise<void>;
}

/** Carries out what the ledger intends: nothing before its start is durable, each id once at a time, one receipt each. */
export function createDispatcher(options: DispatcherOptions): Dispatcher {
  const dispatcher = new ActionDispatcher(options);
  return {
    offer: (intent) => dispatcher.add(intent, 0),
    recover: (pending) => {
      for (const { intent, startedAttempts } of pending) dispatcher.add(intent, startedAttempts);
    },
    withdraw: (id) => dispatcher.withdraw(id),
    idle: () => dispatcher.idle(),
    statistics: () => dispatcher.statistics(),
    stop: () => dispatcher.stop(),
  };
}

function bounded(receipt: ActionReceipt): ActionReceipt {
  const { output, text } = receipt;
  return {
    ...receipt,
    text: text.length > textLimit ? `${text.slice(0, textLimit - 1)}…` : text,
    ...(output === undefined ? {} : { output: output.slice(-outputLimit) }),
  };
}

class ActionDispatcher {
  readonly #options: DispatcherOptions;
  readonly #carriers: Carriers;
  readonly #jobs = new Map<string, Job>();
  readonly #lanes = new Lanes();
  readonly #ready: Record<Pool, Set<Job>> = { run: new Set(), send: new Set(), routeros: new Set(), log: new Set() };
  readonly #busy: Record<Pool, number> = { run: 0, send: 0, routeros: 0, log: 0 };
  readonly #sending = new ReceiverCounts();
  readonly #waiting = new ReceiverCounts();
  readonly #underWay = new Set<Promise<void>>();
  readonly #finished = new Set<string>();
  readonly #receipts: Record<ActionOutcome, number> = { done: 0, failed: 0, unknown: 0, dropped: 0 };
  readonly #pace = new Pace();
  readonly #stopping = new AbortController();
  readonly #proposals: Proposals;
  #idleWaiters: (() => void)[] = [];
  #pumping = false;

  constructor(options: DispatcherOptions) {
    this.#options = options;
    this.#proposals = new Proposals(options, this.#stopping.signal);
    this.#carriers = { notifiers, runScript, actOnRouter, ...options.carriers };
    if (options.signal.aborted) this.#stopping.abort();
    else options.signal.addEventListener('abort', () => void this.stop(), { once: true });
  }

  add(intent: ActionIntent, startedAttempts: number): void {
    if (this.#stopping.signal.aborted || intent.watcher !== this.#options.self) return;
    const held = this.#jobs.get(intent.id);
    // It was taken away and comes back while the last of it is still under way.
    if (held?.withdrawn) held.afterwards = () => this.add(intent, startedAttempts);
    if (held || this.#finished.has(intent.id)) return;
    const job = createJob(intent, startedAttempts);
    const why = this.#noRoom(job);
    if (why !== undefined) job.receipt = { outcome: 'dropped', text: why, attempts: startedAttempts };
    this.#jobs.set(intent.id, job);
    this.#waiting.change(job, 1);
    this.#lanes.add(job);
    if (intent.notification?.message === 'resolved') this.#wakeEarlier(job);
    const delayMs = Math.min(intent.notBefore - this.#options.clock.now(), delayLimitMs);
    if (delayMs > 0 && !job.receipt) this.#later(job, 'delayed', delayMs);
    else this.#makeReady(job);
  }

  /** Why it is not even queued; what may have been sent before, and what says that something is over, always is. */
  #noRoom(job: Job): string | undefined {
    const { notification } = job.intent;
    if (notification && (notification.message === 'resolved' || job.startedAttempts > 0)) return undefined;
    if (this.#jobs.size >= jobsLimit) return `not done: more than ${jobsLimit} actions wait`;
    if (!notification) return undefined;
    const { receiver } = notification;
    if (this.#waiting.of(job) >= messagesLimit)
      return `not sent: ${messagesLimit} messages to ${receiver} wait already`;
    return this.#lanes.repeatsWaiting(job) ? 'not sent: the message before it still waits' : undefined;
  }

  withdraw(id: string): void {
    const job = this.#jobs.get(id);
    if (!job) return;
    job.withdrawn = true;
    // What is under way ends by itself, and its receipt is refused.
    if (job.state === 'busy') return;
    job.timer?.cancel();
    this.#ready[job.pool].delete(job);
    this.#forget(job);
  }

  async idle(): Promise<void> {
    if (this.#jobs.size > 0) await new Promise<void>((resolve) => this.#idleWaiters.push(resolve));
  }

  statistics(): DispatcherStatistics {
    const jobs = { delayed: 0, ready: 0, busy: 0, resting: 0 };
    for (const job of this.#jobs.values()) jobs[job.state]++;
    return { jobs, receipts: { ...this.#receipts }, refusedProposals: this.#proposals.refused };
  }

  async stop(): Promise<void> {
    this.#stopping.abort();
    for (const job of this.#jobs.values()) job.timer?.cancel();
    await Promise.all(this.#underWay);
  }

  #later(job: Job, state: 'delayed' | 'resting', delayMs: Milliseconds): void {
    job.state = state;
    job.timer = this.#options.clock.after(delayMs, () => this.#makeReady(job));
  }

  #makeReady(job: Job): void {
    job.state = 'ready';
    this.#ready[job.pool].add(job);
    this.#pump();
  }

  /** Starts what may start, once all that came at the same time is known: firing may be offered after resolved. */
  #pump(): void {
    if (this.#pumping) return;
    this.#pumping = true;
    queueMicrotask(() => {
      this.#pumping = false;
      for (const pool of ['run', 'send', 'routeros', 'log'] as const) this.#startReady(pool);
    });
  }

  #startReady(pool: Pool): void {
    for (const job of this.#ready[pool]) {
      if (this.#busy[pool] >= atOnce[pool] || this.#stopping.signal.aborted) return;
      if (this.#sending.of(job) >= atOnceToReceiver || this.#lanes.holdBack(job)) continue;
      this.#ready[pool].delete(job);
      this.#busy[pool]++;
      this.#sending.change(job, 1);
      job.state = 'busy';
      const working = this.#work(job).finally(() => {
        this.#busy[pool]--;
        this.#sending.change(job, -1);
        this.#underWay.delete(working);
        this.#pump();
      });
      this.#underWay.add(working);
    }
  }

  /** The end has come: what waits for its next try need not, if nobody has heard of the beginning yet. */
  #wakeEarlier(job: Job): void {
    for (const other of this.#lanes.matesOf(job)) {
      if (other.state !== 'resting' || other.order >= job.order || !isUntold(other)) continue;
      other.timer?.cancel();
      this.#makeReady(other);
    }
  }

  async #work(job: Job): Promise<void> {
    const { told = nothingKnown, self } = this.#options;
    if (isPendingElsewhere(job.intent, told, self) && !job.receipt) {
      if (!this.#stopping.signal.aborted && !job.withdrawn) this.#later(job, 'resting', lookAgainMs);
      else if (job.withdrawn) this.#forget(job);
      return;
    }
    const receipt = job.receipt ?? this.#settledBefore(job) ?? (await this.#carryOut(job));
    if (!receipt) {
      if (job.withdrawn) this.#forget(job);
      return;
    }
    const { id } = job.intent;
    const recorded = await this.#proposals.propose(`the receipt of ${id}`, () =>
      this.#options.finish(id, bounded(receipt)),
    );
    if (recorded === 'stopped') return;
    if (recorded === 'refused') {
      this.#forget(job);
      return;
    }
    this.#receipts[receipt.outcome]++;
    const facts = { action: id, check: job.intent.cause.check };
    if (receipt.outcome === 'done') this.#options.log.info(`action done: ${receipt.text}`, facts);
    else this.#options.log.warning(`action ${receipt.outcome}: ${receipt.text}`, facts);
    this.#forget(job);
  }

  /** What can be said without doing anything. */
  #settledBefore(job: Job): ActionReceipt | undefined {
    const { action, notification } = job.intent;
    const attempts = job.startedAttempts + (job.delivery?.tries ?? 0);
    const { told = nothingKnown } = this.#options;
    const { notify, routers } = this.#options.configuration();
    const why = notification && notWorthSending(notification, told, isUntold(job));
    if (why !== undefined) return { outcome: 'dropped', text: why, attempts };
    if (notification && !Object.hasOwn(notify, notification.receiver)) {
      return { outcome: 'dropped', text: `the receiver ${notification.receiver} is no longer configured`, attempts };
    }
    if (action?.kind === 'routeros' && !routers.some((router) => router.name === action.router)) {
      return { outcome: 'dropped', text: `the router ${action.router} is no longer configured`, attempts };
    }
    if (action?.kind === 'run' && job.startedAttempts > 0 && action.afterCrash === 'leave') {
      return { outcome: 'unknown', text: 'cut off by a crash, outcome unknown', attempts };
    }
    return undefined;
  }

  async #carryOut(job: Job): Promise<ActionReceipt | undefined> {
    const { intent } = job;
    const { clock } = this.#options;
    if (!job.begun && !(await this.#begin(job))) return undefined;
    if (this.#stopping.signal.aborted) return undefined;
    const startedAt = clock.now();
    const startedMs = clock.monotonic();
    if (intent.notification) return await this.#deliver(job, intent.notification);
    const { cutOff, ...finding } = await this.#act(intent).catch((error: unknown): ActionFinding => ({
      outcome: 'failed',
      text: `broke: ${messageOf(error)}`,
    }));
    if (cutOff) return undefined;
    return { ...finding, startedAt, durationMs: clock.monotonic() - startedMs, attempts: job.attempt };
  }

  async #act({ id, action, cause, variables }: ActionIntent): Promise<ActionFinding> {
    const { clock, log, configuration } = this.#options;
    const { signal } = this.#stopping;
    if (action?.kind === 'run') {
      // The id lets a program know that it is started a second time for the same transition.
      return await this.#carriers.runScript(action, { ...variables, 'action-id': id }, signal);
    }
    if (action?.kind === 'log') {
      log[action.level](action.message, { check: cause.check, transition: cause.transition });
      return { outcome: 'done', text: 'written to the log' };
    }
    const router = configuration().routers.find((one) => one.name === action?.router);
    if (!action || !router) return { outcome: 'failed', text: 'there is nothing to do' };
    return await this.#carriers.actOnRouter(action, router, { clock, signal, warn: (message) => log.warning(message) });
  }

  /** One round over the receiver's channels; without a receipt the job rests until the next. */
  async #deliver(job: Job, body: NonNullable<ActionIntent['notification']>): Promise<ActionReceipt | undefined> {
    const { clock, log, random, configuration, pageUrl, onOutcome, told = nothingKnown } = this.#options;
    const { id, notBefore } = job.intent;
    const { signal } = this.#stopping;
    const warn = (message: string) => log.warning(message);
    job.delivery ??= new Delivery(
      { clock, random, warn, signal, pace: this.#pace, notifiers: this.#carriers.notifiers, onOutcome },
      // Only one that a crash interrupted has been tried before; the wall clock may have jumped meanwhile.
      job.startedAttempts > 0 ? Math.max(0, clock.now() - notBefore) : 0,
    );
    const inForce = configuration();
    const receiver = inForce.notify[body.receiver] ?? {};
    const message = renderMessage(id, body, {
      pageUrl: inForce.server['public-url'] ?? pageUrl,
      isPublic: inForce.server['public-url'] !== undefined,
      language: languageOf(inForce, body.receiver),
    });
    const earlier = earlierHandles(job.intent.id, body, told);
    const progress = await job.delivery.advance(body.receiver, receiver, message, earlier);
    if (progress.settled) {
      const { outcome, text, handles } = progress;
      const attempts = job.attempt - 1 + job.delivery.tries;
      return { outcome, text, attempts, ...(Object.keys(handles).length > 0 && { messages: handles }) };
    }
    if (!signal.aborted && !job.withdrawn) this.#later(job, 'resting', progress.againMs);
    return undefined;
  }

  /** Makes the start durable; without it nothing may happen. */
  async #begin(job: Job): Promise<boolean> {
    const { id } = job.intent;
    // A start that was reported as refused may have become durable all the same; nothing ran, so the next one counts.
    for (let more = 1; more <= startsLimit; more++) {
      const attempt = job.startedAttempts + more;
      const recorded = await this.#proposals.propose(`the start of ${id}`, () => this.#options.start(id, attempt));
      if (recorded === 'stopped') return false;
      if (recorded === 'refused') continue;
      job.attempt = attempt;
      job.begun = true;
      return true;
    }
    this.#forget(job);
    return false;
  }

  #forget(job: Job): void {
    if (this.#jobs.get(job.intent.id) !== job) return;
    this.#jobs.delete(job.intent.id);
    this.#waiting.change(job, -1);
    this.#lanes.remove(job);
    // It may come back: the watcher that has it now may be lost as well.
    if (!job.withdrawn) this.#finished.add(job.intent.id);
    for (const id of this.#finished) {
      if (this.#finished.size <= finishedLimit) break;
      this.#finished.delete(id);
    }
    job.afterwards?.();
    if (this.#jobs.size > 0) return;
    for (const resolve of this.#idleWaiters.splice(0)) resolve();
  }
}
