import { signRequest, VerdictMachine, type LedgerEntry, type Signer, type View } from '../../../agree/index.ts';
import {
  type AlertPolicy,
  type Check,
  type Configuration,
  type EpochMs,
  type Genesis,
  type Incident,
  type LedgerRequest,
  type MemberRecord,
  type NotificationBody,
  type Opinion,
} from '../../../model/index.ts';

interface PastNotice {
  at: EpochMs;
  receiver: string;
  message: NotificationBody['message'];
}

export interface PastIncident {
  incident: Incident;
  notices: PastNotice[];
}

/** Incidents that are kept; the rest are counted. */
const maxIncidents = 5000;
const tickMs = 1000;
const unsigned = Buffer.alloc(64);

/** The same state machine as the cluster runs, in memory, in which one watcher says everything and nothing is carried out. */
export class PastMachine {
  readonly incidents = new Map<string, PastIncident>();
  omitted = 0;
  readonly #machine: VerdictMachine;
  readonly #signer: Signer;
  #time: EpochMs;
  #position = 0;
  #number = 0;

  constructor(configuration: Configuration, self: Pick<MemberRecord, 'id' | 'site' | 'labels'>, from: EpochMs) {
    this.#time = from;
    this.#signer = { name: self.id, publicKey: Buffer.alloc(32), sign: () => unsigned };
    this.#machine = new VerdictMachine({
      genesis: genesisOf(self),
      readConfiguration: (document) => document as Configuration,
      verify: () => true,
    });
    const body = { document: configuration, source: { kind: 'api' as const }, by: 'back-test' };
    this.#send({ kind: 'configure', body });
  }

  view(): View {
    return this.#machine.view(this.#time);
  }

  /** Time passes as in a watcher that looks every second. */
  advance(to: EpochMs): void {
    for (let at = nextTick(this.#time); at <= to; at = nextTick(at)) {
      this.#time = at;
      if (this.#machine.isDue(at)) this.#send({ kind: 'tick' });
    }
    this.#time = Math.max(this.#time, to);
  }

  say(opinions: readonly Opinion[]): void {
    if (opinions.length > 0) this.#send({ kind: 'observe', opinions });
  }

  #send(request: LedgerRequest): void {
    const bytes = signRequest(request, ++this.#number, this.#machine.network, this.#signer);
    for (const { kind, body } of this.#machine.execute(bytes, this.#time)) {
      // What is kept must be as it comes out of a ledger.
      const entry: LedgerEntry = { position: this.#position++, sequence: 1, time: this.#time, kind, body };
      this.#machine.apply(entry);
      this.#remember(entry);
    }
  }

  #remember({ kind, time, body }: LedgerEntry): void {
    if (kind === 'incident') {
      const incident = body as Incident;
      if (incident.severity === undefined) return;
      const known = this.incidents.get(incident.id);
      if (known) known.incident = incident;
      else if (this.incidents.size < maxIncidents) this.incidents.set(incident.id, { incident, notices: [] });
      else if (incident.updates.length === 1) this.omitted++;
    } else if (kind === 'action-intended') {
      const { notification } = body as { notification?: NotificationBody };
      if (!notification) return;
      const { receiver, message, incident } = notification;
      this.incidents.get(incident.id)?.notices.push({ at: time, receiver, message });
    }
  }
}

const nextTick = (at: EpochMs): EpochMs => (Math.floor(at / tickMs) + 1) * tickMs;

function genesisOf({ id, site, labels }: Pick<MemberRecord, 'id' | 'site' | 'labels'>): Genesis {
  const watcher: MemberRecord = {
    number: 1,
    id,
    publicKey: '0'.repeat(64),
    address: '',
    role: 'member',
    site,
    ...(labels && { labels }),
  };
  return {
    format: 1,
    cluster: 'back-test',
    createdAt: 0,
    nonce: '0'.repeat(32),
    operators: [],
    epoch: 1,
    protocol: 'solo',
    watchers: [watcher],
    nextNumber: 2,
  };
}

/**
 * The configuration of a back-test: the policies, judged by the one watcher whose telemetry is at hand, what they depend
 * on, and who is told. Nothing else of it can bring anything about.
 */
export function pastConfiguration(
  given: Configuration,
  policies: readonly AlertPolicy[],
  checkNamed: (name: string) => Check | undefined,
): Configuration {
  const wanted = new Map<string, Check>();
  const queue = policies.flatMap((policy) => policy['depends-on']);
  for (const name of queue) {
    const check = wanted.has(name) ? undefined : checkNamed(name);
    if (!check) continue;
    wanted.set(name, { ...check, type: 'icmp', watchers: { rule: 'any' }, up: [], degraded: [], down: [], test: [] });
    queue.push(...check['depends-on']);
  }
  return {
    ...given,
    watch: [...wanted.values()],
    targets: [],
    groups: [],
    routers: [],
    uplinks: [],
    alerts: policies.map((policy) => ({ ...policy, watchers: { rule: 'any' } })),
  };
}

/** A check as a policy may depend on it, over time. */
export function pastOpinion(check: string, watcher: string, verdict: string, since: EpochMs): Opinion {
  const state = verdict === 'up' || verdict === 'degraded' || verdict === 'down' ? verdict : 'unknown';
  return { check, watcher, state, since, rounds: [], results: [] };
}
