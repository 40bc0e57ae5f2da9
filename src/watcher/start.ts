import { createDispatcher, createTestActions, type Dispatcher } from '../act/index.ts';
import { openReplica, scriptVariables, VerdictMachine, type LedgerEntry, type Replica } from '../agree/index.ts';
import {
  messageOf,
  QwError,
  validateConfiguration,
  type ActionIntent,
  type ApiEvent,
  type ApiSample,
  type Configuration,
  type ConfigurationSource,
  type Milliseconds,
  type Transition,
} from '../model/index.ts';
import { createEngine, type Engine } from '../observe/index.ts';
import { createResolver, openPinger, type Clock, type Log, type Pinger, type Timer } from '../platform/index.ts';
import { createMemoryStore, type JudgedSample } from '../store/index.ts';
import type { Watcher } from './api.ts';
import { configurationInForce, createCommands, documentOf, propose } from './commands.ts';
import { describeEntry } from './describe.ts';
import { History } from './history.ts';
import { openIdentity } from './identity.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { Observing } from './observing.ts';
import { configuration as schema } from './parts.ts';
import { presentSample } from './present.ts';
import { createQueries } from './queries.ts';
import { TokenBook } from './tokens.ts';

export interface GivenConfiguration {
  yaml: string;
  /** For messages. */
  file: string;
  source: ConfigurationSource;
}

export interface WatcherOptions {
  /** The data folder: key, ledger, journal, telemetry, tokens. */
  directory: string;
  hostName: string;
  /** How long the machine has been up. */
  uptimeMs(): Milliseconds;
  clock: Clock;
  random(): number;
  log: Log;
  version: string;
  /** The page's address, for links in notifications. */
  pageUrl: string;
  /** A file that the user named; put in force when its text is another than the last time. */
  configuration?: GivenConfiguration;
  /** Asked for when there is neither a file nor a configuration in the ledger. */
  firstConfiguration(): Promise<GivenConfiguration>;
}

/** Entries that are read again at start, for what pages show of the past. */
const historyEntries = 20_000;
const tickMs = 1000;

/**
 * Opens a watcher: its record, the configuration in force; `begin` lets it probe and act. Errors:
 * CONFIG_INVALID, DATA_LOCKED, DATA_FOREIGN, DATA_NEWER, LEDGER_CORRUPT, LEDGER_UNAVAILABLE.
 */
export async function startWatcher(options: WatcherOptions): Promise<Watcher> {
  const { directory, clock, log } = options;
  const signer = await openIdentity(directory, options.hostName);
  const machine = new VerdictMachine({ readConfiguration: readDocument, members: [{ id: signer.name }] });
  const replica = await openReplica({
    directory,
    core: 'solo',
    application: machine,
    clock,
    signer,
    report: (problem) => log.error('the ledger reports a problem', { problem: messageOf(problem) }),
  });
  try {
    for (const note of replica.status().notes) log.warning(note);
    if (replica.status().entries === 0) {
      const members = [{ id: signer.name, publicKey: signer.publicKey.toString('hex') }];
      await propose(replica, { kind: 'genesis', body: { cluster: signer.name, members, version: options.version } });
    }
    await putInForce(options, replica, machine);
    return await RunningWatcher.start(options, signer.name, machine, replica);
  } catch (thrown) {
    await replica.close();
    throw thrown;
  }
}

/** The named file when it is new, else what the ledger has, else a first one. */
async function putInForce(options: WatcherOptions, replica: Replica, machine: VerdictMachine): Promise<void> {
  const inForce = machine.view(options.clock.now()).inForce;
  const given = options.configuration ?? (inForce ? undefined : await options.firstConfiguration());
  if (!given) return;
  const { document } = documentOf(given.yaml, given.file);
  if (inForce && given.source.fileHash !== undefined && given.source.fileHash === inForce.body.source.fileHash) return;
  await propose(replica, { kind: 'configure', body: { document, source: given.source, by: given.file } });
  options.log.info('configuration put in force', { from: given.file });
}

function readDocument(document: unknown): Configuration {
  const result = validateConfiguration(document, 'configuration', schema);
  if (result.ok) return result.configuration;
  const first = result.issues[0];
  throw new QwError(
    'CONFIG_INVALID',
    `the configuration has ${result.issues.length} errors, first ${first?.path}: ${first?.message}`,
    {
      facts: { issues: result.issues },
    },
  );
}

class RunningWatcher implements Watcher {
  readonly id: string;
  readonly queries;
  readonly commands;
  readonly live;
  readonly tokens: TokenBook;
  readonly #options: WatcherOptions;
  readonly #machine: VerdictMachine;
  readonly #replica: Replica;
  readonly #store;
  readonly #history = new History();
  readonly #metrics: Metrics;
  readonly #observing: Observing;
  readonly #dispatcher: Dispatcher;
  readonly #testActions;
  readonly #engine: Engine;
  readonly #pinger: Pinger | undefined;
  readonly #ended = new AbortController();
  readonly #eventListeners = new Set<(event: ApiEvent) => void>();
  readonly #sampleListeners = new Set<(sample: ApiSample) => void>();
  readonly #notices = new Map<string, string>();
  #tick: Timer | undefined;
  #ready = false;

  static async start(
    options: WatcherOptions,
    id: string,
    machine: VerdictMachine,
    replica: Replica,
  ): Promise<RunningWatcher> {
    const tokens = await TokenBook.open(`${options.directory}/tokens.json`, options.clock);
    const watcher = new RunningWatcher(options, id, machine, replica, tokens);
    await watcher.#readHistory();
    return watcher;
  }

  private constructor(
    options: WatcherOptions,
    id: string,
    machine: VerdictMachine,
    replica: Replica,
    tokens: TokenBook,
  ) {
    const { clock, log } = options;
    this.id = id;
    this.tokens = tokens;
    this.#options = options;
    this.#machine = machine;
    this.#replica = replica;
    this.#store = createMemoryStore({
      clock,
      file: `${options.directory}/telemetry.db`,
      onProblem: (problem) => this.#notice('telemetry', `telemetry cannot be written: ${messageOf(problem)}`),
    });
    const { pinger, icmp } = this.#openPinger();
    this.#pinger = pinger;
    this.#observing = new Observing({
      self: id,
      store: this.#store,
      log,
      verdict: (check) => machine.view(clock.now()).check(check)?.verdict ?? 'unknown',
      propose: async (opinions) => {
        await propose(replica, { kind: 'observe', opinions });
      },
      retrySoon: (check) => this.#engine.retrySoon(check),
      onSample: (sample) => this.#onSample(sample),
    });
    this.#engine = createEngine({
      clock,
      pinger,
      resolver: createResolver({ clock }),
      limits: this.#configuration().limits,
      signal: this.#ended.signal,
      uptimeMs: options.uptimeMs(),
      onSample: (sample) => this.#observing.take(sample),
      onNotice: ({ check, code, text }) =>
        this.#notice(`${check ?? ''} ${code}`, check === undefined ? text : `${check}: ${text}`),
    });
    this.#testActions = createTestActions({ clock, log, signal: this.#ended.signal });
    this.#dispatcher = createDispatcher({
      clock,
      self: id,
      log,
      random: options.random,
      pageUrl: options.pageUrl,
      signal: this.#ended.signal,
      configuration: () => this.#configuration(),
      start: async (action, attempt) => {
        await propose(replica, { kind: 'action-start', id: action, attempt, watcher: id });
      },
      finish: async (action, receipt) => {
        await propose(replica, { kind: 'action-finish', id: action, watcher: id, receipt });
      },
    });
    this.queries = createQueries({
      self: id,
      version: options.version,
      startedAt: clock.now(),
      clock,
      machine,
      replica,
      store: this.#store,
      history: this.#history,
      icmp,
      engine: () => this.#engine.statistics(),
      ready: () => this.#ready && replica.status().state === 'running',
      problems: () => this.#problems(),
      configuration: () => configurationInForce(machine, clock),
    });
    this.commands = createCommands({ directory: options.directory, clock, machine, replica });
    this.live = {
      onEvent: (listener: (event: ApiEvent) => void) => subscribe(this.#eventListeners, listener),
      onSample: (listener: (sample: ApiSample) => void) => subscribe(this.#sampleListeners, listener),
    };
    this.#metrics = createMetrics(this.queries, options.version);
  }

  begin(): void {
    const pending = [...this.#machine.view(this.#options.clock.now()).pendingActions()];
    const own = pending.filter(({ intent }) => intent.watcher === this.id);
    this.#dispatcher.recover(own.map(({ intent, attempts }) => ({ intent, startedAttempts: attempts })));
    this.#ready = true;
    this.#configure();
    this.#scheduleTick();
  }

  metrics(): Promise<string> {
    return this.#metrics.text();
  }

  async stop(): Promise<void> {
    if (this.#ended.signal.aborted) return;
    this.#ready = false;
    this.#tick?.cancel();
    await this.#engine.stop();
    await this.#dispatcher.stop();
    this.#ended.abort();
    this.#pinger?.close();
    await this.#store.close();
    await this.#replica.close();
    this.#options.log.info('stopped');
  }

  async #readHistory(): Promise<void> {
    const from = this.#replica.status().entries;
    let next = Math.max(0, from - historyEntries);
    while (next < from) {
      const entries = await this.#replica.read(next, 1000);
      if (entries.length === 0) break;
      for (const entry of entries) this.#remember(entry);
      next = (entries.at(-1)?.position ?? from) + 1;
    }
    this.#replica.subscribe(from, (entry) => this.#onEntry(entry));
  }

  #onEntry(entry: LedgerEntry): void {
    this.#remember(entry);
    if (entry.kind === 'configuration' && this.#ready) this.#configure();
    if (entry.kind === 'action-intended') {
      const intent = entry.body as ActionIntent;
      if (intent.watcher === this.id) this.#dispatcher.offer(intent);
    }
    const event = describeEntry(entry);
    if (entry.kind === 'transition' || entry.kind === 'incident')
      this.#options.log.info(event.text, { position: entry.position });
    else this.#options.log.debug(event.text, { position: entry.position });
    for (const listener of this.#eventListeners) listener(event);
  }

  #remember(entry: LedgerEntry): void {
    if (entry.kind !== 'transition') return;
    this.#history.add({ ...(entry.body as Transition), position: entry.position, time: entry.time });
  }

  /** Probes what the configuration in force says. */
  #configure(): void {
    const view = this.#machine.view(this.#options.clock.now());
    const checks = this.#configuration().watch.filter((check) => !check.disabled);
    this.#observing.setChecks(checks, (name) => view.check(name)?.opinions[this.id]);
    this.#store.keepOnly(new Set(this.#configuration().watch.map((check) => check.name)));
    this.#notices.clear();
    this.#engine.setChecks(checks);
  }

  #configuration(): Configuration {
    return this.#machine.view(this.#options.clock.now()).configuration ?? readDocument({});
  }

  #onSample(sample: JudgedSample): void {
    this.#metrics.countSample(sample.outcome);
    this.#runTestActions(sample);
    if (this.#sampleListeners.size === 0) return;
    const shown = presentSample(sample);
    for (const listener of this.#sampleListeners) listener(shown);
  }

  /** What Netwatch's test-script does: after every probe, with the same variables as on a transition. */
  #runTestActions(sample: JudgedSample): void {
    const view = this.#machine.view(this.#options.clock.now()).check(sample.check);
    if (!view || view.check.test.length === 0) return;
    const at = { to: view.verdict, since: view.since ?? sample.startedAt };
    this.#testActions.offer(view.check, scriptVariables(view.check, at, this.#observing.counted(sample)));
  }

  #scheduleTick(): void {
    this.#tick = this.#options.clock.after(tickMs, () => {
      this.#observing.retry();
      if (this.#machine.isDue(this.#options.clock.now())) {
        propose(this.#replica, { kind: 'tick' }).catch((problem: unknown) =>
          this.#options.log.warning('time could not be agreed', { problem: messageOf(problem) }),
        );
      }
      if (!this.#ended.signal.aborted) this.#scheduleTick();
    });
  }

  #openPinger(): { pinger: Pinger | undefined; icmp: string } {
    try {
      const pinger = openPinger(this.#options.clock);
      return { pinger, icmp: pinger.method };
    } catch (thrown) {
      this.#notice('icmp', `${messageOf(thrown)}; icmp and simple checks stay unknown`);
      return { pinger: undefined, icmp: messageOf(thrown) };
    }
  }

  #notice(key: string, text: string): void {
    if (this.#notices.get(key) === text) return;
    if (this.#notices.size < 1000) this.#notices.set(key, text);
    this.#options.log.warning(text);
  }

  #problems(): string[] {
    const { error } = this.#replica.status();
    return [...(error ? [error.message] : []), ...this.#notices.values()];
  }
}

function subscribe<Value>(listeners: Set<(value: Value) => void>, listener: (value: Value) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
