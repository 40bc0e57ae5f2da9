import { createHash, hash } from 'node:crypto';
import {
  canonicalJson,
  failoverSchema,
  telemetrySchema,
  operatorStatement,
  type Action,
  type Authority,
  type Check,
  type Configuration,
  type Genesis,
  type Incident,
  type LedgerBodies,
  type LedgerKind,
  type LedgerRequest,
  type MembershipChange,
  type Opinion,
  type OpinionState,
  type SignedRequest,
} from '../../model/index.ts';
import type { Signer, VerifySignature } from '../crypto/signer.ts';
import type { LedgerEntry } from '../record/entry.ts';
import { VerdictMachine, type VerdictMachineOptions } from './machine.ts';
import { signRequest } from './signed-request.ts';

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
    targets: [],
    groups: [],
    maintenance: [],
    notify: {},
    alerts: [],
    routes: [],
    rotas: [],
    escalations: [],
    'quiet-hours': [],
    routers: [],
    uplinks: [],
    failover: failoverSchema.parse({}),
    performance: { enabled: true, interval: 1000, 'path-mtu': true },
    telemetry: telemetrySchema.parse({}),
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

/** Signs as ideal signatures do: nobody has the key but the test. Who knows the public key can check, as with real ones. */
export function idealSigner(name: string, key = hash('sha256', name)): Signer {
  return { name, publicKey: Buffer.from(key, 'hex'), sign: (bytes) => idealSignature(key, bytes) };
}

const idealVerify: VerifySignature = (publicKey, bytes, signature) =>
  idealSignature(publicKey, bytes).equals(signature);

function idealSignature(publicKey: string, bytes: Uint8Array): Buffer {
  return createHash('sha512').update(publicKey).update(bytes).digest();
}

/** The operator's key in tests is made from this name. */
export const operator = 'olga';

export function testGenesis(members: readonly string[], given: Partial<Genesis> = {}): Genesis {
  return {
    format: 1,
    cluster: 'test',
    createdAt: 0,
    nonce: '0'.repeat(32),
    operators: [{ name: operator, publicKey: hash('sha256', operator) }],
    epoch: 1,
    protocol: members.length === 1 ? 'solo' : 'pbft',
    watchers: members.map((id, at) => ({
      number: at + 1,
      id,
      publicKey: hash('sha256', id),
      address: '',
      role: 'member',
      site: '',
    })),
    nextNumber: members.length + 1,
    ...given,
  };
}

/** A request under any number, as the watcher signs it. */
export function signed(request: LedgerRequest, number: number, network: string, signer: Signer): SignedRequest {
  return JSON.parse(Buffer.from(signRequest(request, number, network, signer)).toString()) as SignedRequest;
}

export function encoded(request: SignedRequest): Uint8Array {
  return Buffer.from(JSON.stringify(request));
}

/** A machine with a ledger in memory. */
export class TestLedger {
  machine: VerdictMachine;
  readonly entries: LedgerEntry[] = [];
  now = 1_000_000;
  /** Of watchers whose key is another one now. */
  readonly keys = new Map<string, string>();
  readonly #options: VerdictMachineOptions;
  #number = 0;

  constructor(members: readonly string[] = ['w1'], given: Partial<Genesis> = {}) {
    this.#options = {
      genesis: testGenesis(members, given),
      readConfiguration: (document) => document as Configuration,
      verify: idealVerify,
    };
    this.machine = new VerdictMachine(this.#options);
  }

  /** A request as a watcher signs it, under the next number. */
  sign(request: LedgerRequest, watcher = this.#asker(request)): SignedRequest {
    this.#number += 1;
    return signed(request, this.#number, this.machine.network, idealSigner(watcher, this.keys.get(watcher)));
  }

  /** Orders a request; returns the entries that it led to, the genesis left out. */
  send(request: LedgerRequest, watcher = this.#asker(request)): LedgerEntry[] {
    return this.order(this.sign(request, watcher));
  }

  order(request: SignedRequest): LedgerEntry[] {
    const drafts = this.machine.execute(encoded(request), this.now);
    const entries = drafts.map((draft, at): LedgerEntry => {
      const body: unknown = JSON.parse(JSON.stringify(draft.body));
      return { position: this.entries.length + at, sequence: 1, time: this.now, kind: draft.kind, body };
    });
    for (const entry of entries) this.machine.apply(entry);
    this.entries.push(...entries);
    return entries.filter(({ kind }) => kind !== 'genesis');
  }

  /** An operator's signature upon what is in force, or another base. */
  authority(kind: 'configure' | 'membership', content: unknown, base?: number): Authority {
    const view = this.machine.view(this.now);
    const inForce = kind === 'configure' ? (view.inForce?.position ?? 0) : view.membershipPosition;
    const statement = operatorStatement(this.machine.network, kind, base ?? inForce, canonicalJson(content));
    const signature = idealSigner(operator).sign(Buffer.from(statement)).toString('base64');
    return { operator, base: base ?? inForce, signature };
  }

  change(change: MembershipChange): LedgerEntry[] {
    return this.send({ kind: 'membership', change, authority: this.authority('membership', change) });
  }

  /** These members say that they do not hear those. */
  miss(members: readonly string[], silent: readonly string[]): LedgerEntry[] {
    return members.flatMap((member) => this.send({ kind: 'presence', silent }, member));
  }

  configure(watch: readonly Check[], given: Partial<Configuration> = {}): LedgerEntry[] {
    const document = testConfiguration(watch, given);
    const authority = this.authority('configure', document);
    return this.send({ kind: 'configure', body: { document, source: { kind: 'api' }, by: 'test' }, authority });
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

  /** Who asks when the test does not say: whom it is about, else the first member. */
  #asker(request: LedgerRequest): string {
    if (request.kind === 'observe') return request.opinions[0]?.watcher ?? '';
    return 'watcher' in request ? request.watcher : (this.machine.membership().watchers[0]?.id ?? '');
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
