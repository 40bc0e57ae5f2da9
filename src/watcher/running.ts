import { createDispatcher, createTestActions, type Dispatcher } from '../act/index.ts';
import { scriptVariables, type LedgerEntry, type VerdictMachine } from '../agree/index.ts';
import {
  messageOf,
  type ApiEvent,
  type ApiSample,
  type Configuration,
  type LedgerRecord,
  type Milliseconds,
  type Opinion,
  type Transition,
} from '../model/index.ts';
import { createEngine, type Engine } from '../observe/index.ts';
import {
  createResolver,
  nodeDisk,
  openPinger,
  type Clock,
  type Log,
  type Pinger,
  type Timer,
} from '../platform/index.ts';
import { createMemoryStore, openIncidentIndex, type JudgedSample } from '../store/index.ts';
import { Accounts } from './accounts/accounts.ts';
import { Audit } from './accounts/audit.ts';
import { createAlertDesk, type AlertDesk } from './alerts/alert-desk.ts';
import { Alerts } from './alerts/alerts.ts';
import type { Watcher } from './api.ts';
import { Carrying } from './carrying.ts';
import type { Certificates } from './certificates.ts';
import type { Mouth } from './cluster/mouth.ts';
import type { Operator } from './cluster/operator.ts';
import type { WatcherReplica } from './cluster-figures.ts';
import { configurationInForce, createCommands } from './commands.ts';
import { createDashboardDesk } from './dashboards/desk.ts';
import { createFlowViewDesk } from './flows/views/desk.ts';
import { describeEntry } from './describe.ts';
import type { FlowCollector } from './flows/collector/collector-process.ts';
import { deletionEvent, deletionTexts, isDeletionRecorded } from './flows/privacy-events.ts';
import { createFlowDesk } from './flows/analysis.ts';
import { Flows } from './flows/flows.ts';
import { InsightWatch } from './flows/insight-watch.ts';
import { createGroupDesk, type GroupDesk, type LocalFigures } from './groups.ts';
import { History } from './history.ts';
import { IncidentHistory } from './incidents/history.ts';
import { createIncidentDesk, type IncidentDesk } from './incidents/incident-desk.ts';
import { createMirrorDesk, type MirrorDesk } from './mirror/mirror-desk.ts';
import { Mirrors } from './mirror/mirrors.ts';
import { createMetrics, type Metrics } from './metrics.ts';
import { Notices } from './notices.ts';
import { Notifying } from './notify/notifying.ts';
import type { DigestExchange } from './performance/exchange.ts';
import { Performance } from './performance/performance.ts';
import { Observing } from './observing.ts';
import { createOnCallDesk } from './on-call.ts';
import { Presence } from './presence.ts';
import { presentSample } from './present.ts';
import type { Proposer } from './proposer.ts';
import { createQueries } from './queries.ts';
import { noConfiguration } from './read-document.ts';
import { Recurring, type FirstConfiguration } from './recurring.ts';
import { Past } from './past/past.ts';
import { Objectives } from './slo/desk.ts';
import { StatusPage } from './status-page/desk.ts';
import { Telemetry } from './telemetry/telemetry.ts';
import { createUplinkDesk } from './uplinks/uplink-queries.ts';
import { Uplinks } from './uplinks/uplinks.ts';

export interface RunningOptions {
  /** The data folder: key, ledger, journal, telemetry, tokens. */
  directory: string;
  /** How long the machine has been up. */
  uptimeMs: () => Milliseconds;
  clock: Clock;
  random: () => number;
  log: Log;
  version: string;
  /** The page's address, for links in notifications. */
  pageUrl: string;
  /** Signs what people change through this watcher; without it they sign themselves. */
  operator?: Pick<Operator, 'sign'>;
  /** In a demonstration what is said may differ from what was seen. */
  mouth?: Mouth;
  /** The way to other watchers, for figures, asked for once the links are open; a watcher alone has none. */
  exchange?: () => DigestExchange;
}

/** What a watcher runs upon, opened before. */
export interface RunningParts {
  id: string;
  machine: VerdictMachine;
  replica: WatcherReplica;
  proposer: Proposer;
  certificates: Certificates;
  /** Put in force as soon as the members can agree, where nothing is in force yet. */
  first?: FirstConfiguration;
}

/** What is opened before a watcher can be made. */
interface OpenedParts {
  accounts: Accounts;
  telemetry: Telemetry;
  notices: Notices;
}

/** Entries that are read again at start, for what pages show of the past. */
const historyEntries = 20_000;
const tickMs = 1000;
/** Of entries that people may look for in a log. */
const loggedKinds: ReadonlySet<string> = new Set(['transition', 'incident', 'uplink-switch', 'uplink-drill']);

/** A watcher at work: it hands samples on to be agreed, agreed entries on to be acted on, and everything to who asks. */
export class RunningWatcher implements Watcher {
  readonly id: string;
  readonly queries;
  readonly commands;
  readonly uplinks;
  readonly dashboards;
  readonly flowViews;
  readonly incidents: IncidentDesk;
  readonly onCall;
  readonly mirrors: MirrorDesk;
  readonly telemetry: Telemetry;
  readonly groups: GroupDesk;
  readonly alerts: AlertDesk;
  readonly performance: Performance;
  readonly receivers;
  readonly statusPage: StatusPage;
  readonly objectives: Objectives;
  readonly live;
  readonly accounts: Accounts;
  readonly audit: Audit;
  readonly #options: RunningOptions;
  readonly #machine: VerdictMachine;
  readonly #replica: WatcherReplica;
  readonly #presence: Presence;
  readonly #recurring: Recurring;
  readonly #store;
  readonly #history = new History();
  readonly #incidentHistory: IncidentHistory;
  readonly #metrics: Metrics;
  readonly #observing: Observing;
  readonly #notifying: Notifying;
  readonly #dispatcher: Dispatcher;
  readonly #carrying: Carrying;
  readonly #testActions;
  readonly #engine: Engine;
  readonly #pinger: Pinger | undefined;
  readonly #uplinks: Uplinks;
  readonly #alerts: Alerts;
  readonly #past: Past;
  readonly #mirrors: Mirrors;
  readonly #flows: Flows;
  readonly #insights: InsightWatch;
  readonly #ended = new AbortController();
  readonly #eventListeners = new Set<(event: ApiEvent) => void>();
  readonly #sampleListeners = new Set<(sample: ApiSample) => void>();
  readonly #uplinkListeners = new Set<() => void>();
  readonly #notices: Notices;
  #tick: Timer | undefined;
  #ready = false;

  static async start(options: RunningOptions, parts: RunningParts): Promise<RunningWatcher> {
    const accounts = await Accounts.open(options.directory, options.clock);
    const notices = new Notices(options.log);
    const telemetry = await Telemetry.open({
      self: parts.id,
      directory: options.directory,
      clock: options.clock,
      log: options.log,
      settings: () => (parts.machine.view(options.clock.now()).configuration ?? noConfiguration).telemetry,
      view: () => parts.machine.view(options.clock.now()),
      onProblem: (part, problem) => (problem === undefined ? notices.clear(part) : notices.add(part, problem)),
    });
    const watcher = new RunningWatcher(options, parts, { accounts, telemetry, notices });
    await watcher.#readHistory();
    watcher.#incidentHistory.start();
    return watcher;
  }

  private constructor(options: RunningOptions, parts: RunningParts, opened: OpenedParts) {
    const { clock, log } = options;
    const { id, machine, replica, proposer } = parts;
    this.id = id;
    this.#recurring = new Recurring({ id, machine, proposer, clock, log, first: parts.first });
    this.#presence = new Presence({ self: id, machine, replica, proposer, clock, log });
    this.accounts = opened.accounts;
    this.audit = new Audit({
      self: id,
      clock,
      log,
      propose: (request) => proposer.propose(request),
      mayPropose: () => machine.membership().watchers.some((one) => one.id === id && one.role === 'member'),
    });
    this.telemetry = opened.telemetry;
    this.#options = options;
    this.#machine = machine;
    this.#replica = replica;
    this.#notices = opened.notices;
    this.#store = createMemoryStore({
      clock,
      file: `${options.directory}/telemetry.db`,
      onProblem: (problem) => this.#notices.add('telemetry', `telemetry on disk: ${messageOf(problem)}`),
    });
    const { pinger, icmp } = this.#openPinger();
    this.#pinger = pinger;
    this.#observing = new Observing({
      self: id,
      store: this.#store,
      log,
      verdict: (check) => machine.view(clock.now()).check(check)?.verdict ?? 'unknown',
      propose: async (opinions) => {
        await proposer.propose({ kind: 'observe', opinions: options.mouth?.say(opinions) ?? opinions });
      },
      retrySoon: (check) => this.#engine.retrySoon(check),
      onSample: (sample) => this.#onSample(sample),
    });
    options.mouth?.open(
      () => this.#ownOpinions(),
      (opinions) => this.#observing.sayAgain(opinions),
    );
    const resolver = createResolver({ clock });
    this.#engine = createEngine({
      clock,
      pinger,
      resolver,
      limits: this.#configuration().limits,
      signal: this.#ended.signal,
      uptimeMs: options.uptimeMs(),
      onSample: (sample) => this.#observing.take(sample),
      onNotice: ({ check, code, text }) =>
        this.#notices.add(`engine ${check ?? ''} ${code}`, check === undefined ? text : `${check}: ${text}`),
    });
    this.#uplinks = new Uplinks({
      self: id,
      directory: options.directory,
      clock,
      disk: nodeDisk,
      log,
      machine,
      pinger,
      propose: async (record) => {
        await proposer.propose({ ...record, watcher: id });
      },
      say: (opinions) => this.#observing.say(opinions),
      onChange: () => {
        for (const listener of this.#uplinkListeners) listener();
      },
    });
    this.uplinks = createUplinkDesk({
      self: id,
      uplinks: this.#uplinks,
      machine,
      clock,
      read: (from, limit) => replica.read(from, limit),
    });
    this.performance = new Performance({
      self: id,
      clock,
      random: options.random,
      log,
      resolver,
      machine,
      ask: (query) => this.telemetry.desk.query(query),
      exchange: options.exchange?.(),
      onDigest: (watcher, digest) => this.telemetry.digest(watcher, digest),
      onProblem: (problem) => {
        if (problem === undefined) this.#notices.clear('performance');
        else this.#notices.add('performance', problem);
      },
    });
    this.groups = createGroupDesk({
      machine,
      clock,
      figures: (check, watcher) => (watcher === id ? this.#ownFigures(check) : this.#toldFigures(check, watcher)),
    });
    this.#alerts = new Alerts({
      self: id,
      clock,
      machine,
      telemetry: this.telemetry,
      unheard: () => this.#presence.unheard,
      say: (opinions) => this.#observing.say(opinions),
      onProblem: (problem) =>
        problem === undefined ? this.#notices.clear('alerts') : this.#notices.add('alerts', problem),
    });
    this.alerts = createAlertDesk({
      self: id,
      clock,
      store: this.telemetry.store,
      view: () => machine.view(clock.now()),
      runs: () => this.#alerts.loop.runs,
      entries: {
        count: () => replica.status().entries,
        read: async (from, limit) => (await replica.read(from, limit)) as unknown as LedgerRecord[],
      },
    });
    this.#flows = new Flows({
      self: id,
      directory: options.directory,
      clock,
      log,
      record: (receipt) => this.audit.add(deletionEvent(id, receipt)),
      isRecorded: (text) => isDeletionRecorded(this.audit, id, text),
    });
    this.#insights = new InsightWatch({
      desk: createFlowDesk(() => this.flows, clock),
      settings: () => this.flows?.settings,
      clock,
      log,
    });
    this.#testActions = createTestActions({ clock, log, signal: this.#ended.signal });
    const { pageUrl, random } = options;
    const { notices } = opened;
    const configuration = () => this.#configuration();
    this.#notifying = new Notifying({
      self: id,
      machine,
      clock,
      log,
      random,
      notices,
      proposer,
      configuration,
      pageUrl,
    });
    this.receivers = this.#notifying.receivers;
    this.#dispatcher = createDispatcher({
      clock,
      self: id,
      log,
      random: options.random,
      pageUrl,
      signal: this.#ended.signal,
      configuration,
      told: this.#notifying.told,
      onOutcome: (outcome) => this.#notifying.onOutcome(outcome),
      start: async (action, attempt) => {
        await proposer.propose({ kind: 'action-start', id: action, attempt, watcher: id });
      },
      finish: async (action, receipt) => {
        await proposer.propose({ kind: 'action-finish', id: action, watcher: id, receipt });
      },
    });
    this.#carrying = new Carrying({ self: id, machine, clock, dispatcher: this.#dispatcher });
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
      writtenSeries: (check, from, to, points) => this.telemetry.checkSeries(check, from, to, points),
    });
    this.commands = createCommands({
      directory: options.directory,
      clock,
      machine,
      proposer,
      replica,
      operator: options.operator,
    });
    this.dashboards = createDashboardDesk({ clock, machine, proposer });
    this.flowViews = createFlowViewDesk({ clock, machine, proposer });
    this.#incidentHistory = new IncidentHistory({
      clock,
      replica,
      open: (entries) =>
        openIncidentIndex({ file: `${options.directory}/incidents.db`, network: machine.network, entries }),
      onProblem: (problem) =>
        problem === undefined ? this.#notices.clear('incidents') : this.#notices.add('incidents', problem),
    });
    this.incidents = createIncidentDesk({
      clock,
      machine,
      proposer,
      certificates: parts.certificates,
      history: this.#incidentHistory,
      read: (from, limit) => replica.read(from, limit),
    });
    this.onCall = createOnCallDesk({ clock, machine, proposer });
    this.#mirrors = new Mirrors({
      self: id,
      directory: options.directory,
      version: options.version,
      clock,
      disk: nodeDisk,
      log,
      machine,
      propose: (request) => proposer.propose(request),
      onProblem: (problem) =>
        problem === undefined ? this.#notices.clear('mirrors') : this.#notices.add('mirrors', problem),
    });
    this.mirrors = createMirrorDesk({ self: id, clock, machine, proposer, mirrors: this.#mirrors });
    const { certificates } = parts;
    const { directory } = options;
    const history = this.#incidentHistory;
    this.#past = new Past({ clock, log, machine, replica, disk: nodeDisk, directory, history });
    const past = this.#past;
    this.statusPage = new StatusPage({ clock, log, machine, past, certificates, disk: nodeDisk, directory, pageUrl });
    const { store, desk } = this.telemetry;
    this.objectives = new Objectives({
      clock,
      machine,
      past,
      replica,
      store,
      ask: (query) => desk.query(query),
      alerts: this.alerts,
      certificates,
    });
    this.live = {
      onEvent: (listener: (event: ApiEvent) => void) => subscribe(this.#eventListeners, listener),
      onSample: (listener: (sample: ApiSample) => void) => subscribe(this.#sampleListeners, listener),
      onUplinks: (listener: () => void) => {
        this.#uplinkListeners.add(listener);
        return () => void this.#uplinkListeners.delete(listener);
      },
    };
    const { counts, ledger, cluster } = this.queries;
    const engine = () => this.#engine.statistics();
    const signIns = () => this.accounts.signIns;
    const alerts = () => this.#alerts.loop.figures();
    const windows = () => this.#alerts.windows();
    const uplinks = () => this.uplinks.status();
    const flows = () => this.flows?.figures();
    const nat = () => this.flows?.nat();
    const insights = () => this.#insights.counts();
    this.telemetry.attach({ counts, ledger, cluster, engine, signIns, alerts, windows, uplinks, flows, nat, insights });
    const figures = () => this.telemetry.figures();
    this.#metrics = createMetrics({
      version: options.version,
      verdicts: () => machine.view(clock.now()).verdicts(),
      latencyMs: (check) => this.#store.last(check)?.latencyMs,
      figures,
    });
  }

  begin(): void {
    this.#carrying.begin();
    this.#ready = true;
    this.#configure();
    this.#alerts.begin();
    this.#scheduleTick();
  }

  get flows(): FlowCollector | undefined {
    return this.#flows.collector;
  }

  get flowsElsewhere(): readonly string[] {
    return this.#flows.elsewhere;
  }

  metrics(): Promise<string> {
    return this.#metrics.text();
  }

  async stop(): Promise<void> {
    if (this.#ended.signal.aborted) return;
    this.#ready = false;
    this.#tick?.cancel();
    await this.#mirrors.stop();
    await this.audit.stop();
    this.#alerts.stop();
    await this.#uplinks.stop();
    await this.#engine.stop();
    this.performance.stop();
    this.#past.stop();
    await this.statusPage.stop();
    await this.#flows.stop();
    await this.#notifying.stop();
    await this.#dispatcher.stop();
    this.#ended.abort();
    this.#pinger?.close();
    await this.#store.close();
    await this.telemetry.stop();
    await this.#incidentHistory.stop();
    await this.#replica.close();
    this.#options.log.info('stopped');
  }

  async #readHistory(): Promise<void> {
    const from = this.#replica.status().entries;
    let next = Math.max(0, from - historyEntries);
    while (next < from) {
      const entries = await this.#replica.read(next, 1000);
      if (entries.length === 0) break;
      for (const entry of entries) {
        this.#remember(entry);
        this.#uplinks.recall(entry);
      }
      next = (entries.at(-1)?.position ?? from) + 1;
    }
    this.#replica.subscribe(from, (entry) => this.#onEntry(entry));
  }

  #onEntry(entry: LedgerEntry): void {
    // Uplinks may wait for it.
    this.#uplinks.onEntry(entry);
    this.#remember(entry);
    if ((entry.kind === 'configuration' || entry.kind === 'membership') && this.#ready) this.#configure();
    this.#carrying.onEntry(entry);
    this.#notifying.onEntry(entry);
    this.#alerts.onEntry(entry as unknown as LedgerRecord);
    this.#past.onEntry(entry);
    if (entry.kind === 'transition') {
      const { check, to } = entry.body as Transition;
      this.telemetry.verdict(check, to);
    }
    const event = describeEntry(entry);
    if (loggedKinds.has(entry.kind)) this.#options.log.info(event.text, { position: entry.position });
    else this.#options.log.debug(event.text, { position: entry.position });
    for (const listener of this.#eventListeners) listener(event);
  }

  #remember(entry: LedgerEntry): void {
    this.audit.onEntry(entry);
    for (const text of deletionTexts(entry, this.id)) this.#flows.recorded(text);
    if (entry.kind !== 'transition') return;
    this.#history.add({ ...(entry.body as Transition), position: entry.position, time: entry.time });
  }

  /** Probes what the configuration in force says. */
  #configure(): void {
    const view = this.#machine.view(this.#options.clock.now());
    const checks = this.#configuration().watch.filter((check) => view.watchersOf(check.name).includes(this.id));
    this.#observing.setChecks(checks, (name) => view.check(name)?.opinions[this.id]);
    this.#store.keepOnly(new Set(this.#configuration().watch.map((check) => check.name)));
    this.telemetry.configure();
    this.#notices.clear('engine ');
    this.#engine.setLimits(this.#configuration().limits);
    this.#engine.setChecks(checks);
    this.#uplinks.configure();
    this.#alerts.configure();
    this.performance.configure();
    const { flows, telemetry } = this.#configuration();
    this.#flows.configure({ flows, telemetry, watchers: this.#machine.membership().watchers });
    this.statusPage.configure();
    this.objectives.configure();
  }

  #ownOpinions(): Opinion[] {
    const checks = [...this.#machine.view(this.#options.clock.now()).checks()];
    return checks.flatMap(({ opinions }) => opinions[this.id] ?? []);
  }

  #configuration(): Configuration {
    return this.#machine.view(this.#options.clock.now()).configuration ?? noConfiguration;
  }

  #ownFigures(check: string): LocalFigures | undefined {
    const last = this.#store.last(check);
    return last && { ...last, at: last.startedAt };
  }

  #toldFigures(check: string, watcher: string): LocalFigures | undefined {
    const told = this.performance.told(check, watcher);
    return told && { ...told, at: this.#options.clock.now() - told.ageMs };
  }

  #onSample(sample: JudgedSample): void {
    this.#metrics.countSample(sample.outcome);
    this.telemetry.sample(sample);
    this.performance.countSample(sample);
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
      this.#presence.look();
      this.#recurring.look();
      this.#mirrors.look();
      this.#uplinks.look();
      this.#notifying.look();
      this.#insights.look();
      this.telemetry.tick();
      this.#past.look();
      this.#alerts.tick();
      if (!this.#ended.signal.aborted) this.#scheduleTick();
    });
  }

  #openPinger(): { pinger: Pinger | undefined; icmp: string } {
    try {
      const pinger = openPinger(this.#options.clock);
      return { pinger, icmp: pinger.method };
    } catch (thrown) {
      this.#notices.add('icmp', `${messageOf(thrown)}; icmp and simple checks stay unknown`);
      return { pinger: undefined, icmp: messageOf(thrown) };
    }
  }

  #problems(): string[] {
    const { error } = this.#replica.status();
    return [
      ...(error ? [error.message] : []),
      ...this.#notices.texts(),
      ...this.#uplinks.here().problems,
      ...(this.flows?.status().problems ?? []),
    ];
  }
}

function subscribe<Value>(listeners: Set<(value: Value) => void>, listener: (value: Value) => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}
