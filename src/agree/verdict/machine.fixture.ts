import type {
  Action,
  Check,
  Configuration,
  Incident,
  LedgerBodies,
  LedgerKind,
  LedgerRequest,
  Opinion,
  OpinionState,
} from '../../model/index.ts';
import type { LedgerEntry } from '../record/entry.ts';
import { VerdictMachine, type VerdictMachineOptions } from './machine.ts';
import { encodeRequest } from './request.ts';

/** What the tests of this folder share. */

export function notify(...receivers: string[]): Action {
  return { kind: 'notify', receivers, delayMs: 0 };
}

export function testCheck(name: string, given: Partial<Check> = {}): Check {
  return {
    name,
    type: 'icmp',
    host: '192.0.2.1',
    disabled: false,
    interval: 10_000,
    timeout: 1000,
    'start-delay': 0,
    'startup-delay': 0,
    'ignore-initial-up': false,
    'ignore-initial-down': false,
    'address-family': 'auto',
    labels: {},
    'depends-on': [],
    watchers: { rule: 'bft' },
    settle: { down: { m: 2, r: 3 }, up: { m: 2, r: 3 }, 'hold-down': 0, 'hold-down-max': 160_000 },
    up: [],
    degraded: [],
    down: [],
    test: [],
    options: {},
    ...given,
  };
}

/** Documents of the tests are configurations already, so reading one is a cast. */
export function testConfiguration(watch: readonly Check[], given: Partial<Configuration> = {}): Configuration {
  return {
    site: 'here',
    labels: {},
    watch,
    maintenance: [],
    notify: {},
    routers: [],
    limits: { 'packets-per-target': 25, 'packets-per-network': 200, 'packets-private': 1000 },
    server: { listen: '127.0.0.1:8470', 'public-metrics': true },
    ...given,
  };
}

export function testOpinion(check: string, state: OpinionState, since: number, watcher = 'w1'): Opinion {
  const reason = { code: 'no-reply', text: 'No reply.' };
  return {
    check,
    watcher,
    state,
    since,
    rounds: [state === 'up' ? 'pass' : 'fail'],
    results: [{ host: '192.0.2.1', outcome: state === 'up' ? 'pass' : 'fail', values: { 'rtt-avg': 1.5 } }],
    ...(state === 'down' && { reason }),
  };
}

/** A machine with a ledger in memory. */
export class TestLedger {
  machine: VerdictMachine;
  readonly entries: LedgerEntry[] = [];
  now = 1_000_000;
  readonly #options: VerdictMachineOptions;

  constructor(members: readonly string[] = ['w1']) {
    this.#options = {
      readConfiguration: (document) => document as Configuration,
      members: members.map((id) => ({ id })),
    };
    this.machine = new VerdictMachine(this.#options);
  }

  /** Orders a request; returns the entries that it led to. */
  send(request: LedgerRequest): LedgerEntry[] {
    const drafts = this.machine.execute(encodeRequest(request), this.now);
    const entries = drafts.map((draft, at): LedgerEntry => {
      const body: unknown = JSON.parse(JSON.stringify(draft.body));
      return { position: this.entries.length + at, sequence: 1, time: this.now, kind: draft.kind, body };
    });
    for (const entry of entries) this.machine.apply(entry);
    this.entries.push(...entries);
    return entries;
  }

  configure(watch: readonly Check[], given: Partial<Configuration> = {}): LedgerEntry[] {
    const document = testConfiguration(watch, given);
    return this.send({ kind: 'configure', body: { document, source: { kind: 'api' }, by: 'test' } });
  }

  /** One watcher's opinion, held since now. */
  say(check: string, state: OpinionState, watcher = 'w1'): LedgerEntry[] {
    return this.send({ kind: 'observe', opinions: [testOpinion(check, state, this.now, watcher)] });
  }

  /** Time passes, then a tick. */
  pass(ms: number): LedgerEntry[] {
    this.now += ms;
    return this.send({ kind: 'tick' });
  }

  verdict(check: string): string | undefined {
    return this.machine.view(this.now).check(check)?.verdict;
  }

  incidents(): Incident[] {
    return [...this.machine.view(this.now).incidents()];
  }

  openIncidents(): Incident[] {
    return this.incidents().filter((incident) => incident.status !== 'resolved');
  }

  /** `firing ops a` for each message, in order. */
  messages(): string[] {
    return bodies(this.entries, 'action-intended').flatMap(({ notification }) =>
      notification ? [`${notification.message} ${notification.receiver} ${notification.incident.check}`] : [],
    );
  }

  /** A new machine from all entries. */
  refolded(): VerdictMachine {
    const machine = new VerdictMachine(this.#options);
    for (const entry of this.entries) machine.apply(entry);
    return machine;
  }

  /** A new machine from the snapshot. */
  restored(): VerdictMachine {
    const machine = new VerdictMachine(this.#options);
    machine.restore(this.machine.snapshot());
    return machine;
  }
}

export function bodies<Kind extends LedgerKind>(entries: readonly LedgerEntry[], kind: Kind): LedgerBodies[Kind][] {
  return entries.filter((entry) => entry.kind === kind).map((entry) => entry.body as LedgerBodies[Kind]);
}
