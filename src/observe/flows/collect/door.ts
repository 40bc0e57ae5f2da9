import type { EpochMs } from '../../../model/index.ts';

/**
 * Who is let in. Senders of datagrams are easily forged, so all that is remembered of them is bounded: how many there are,
 * how many come anew, how many messages and domains each has, and from how many ports it speaks for itself.
 */
export interface DoorOptions {
  /** Only exporters that are known. */
  knownOnly: boolean;
  /** Addresses that always find room. */
  known: ReadonlySet<string>;
  limits?: Partial<DoorLimits>;
}

export interface DoorLimits {
  messagesPerSecond: number;
  exporters: number;
  /** New ones in a row, and how many more each second. */
  burst: number;
  newPerSecond: number;
  domainsOfExporter: number;
  /** Of all addresses together; those that are listed always find room. */
  domains: number;
  portsOfDomain: number;
}

export const doorLimits: DoorLimits = {
  messagesPerSecond: 100_000,
  exporters: 10_000,
  burst: 2000,
  newPerSecond: 50,
  domainsOfExporter: 256,
  domains: 20_000,
  portsOfDomain: 16,
};

export const refusals = ['unknown-exporter', 'too-many-exporters', 'too-many-messages', 'too-many-domains'] as const;
export type Refusal = (typeof refusals)[number];

/** A silent exporter makes room for another after an hour. */
const silentMs = 3_600_000;

/** An address that sends. */
export interface Visitor {
  address: string;
  seenAt: EpochMs;
  second: number;
  messages: number;
  /** By version and domain. */
  domains: Map<string, Domain>;
  /** Those that sessions were opened for: domains, and agents of sFlow with their sub-agents. */
  scopes: Set<string>;
}

/** Those who say the same version and domain from one address: one exporter, or several behind a translation of addresses. */
interface Domain {
  ports: Map<number, Speaker>;
  latest: Speaker;
  /** Two of them speak in turn, so neither took the other's place. */
  collides: boolean;
}

export interface Speaker {
  port: number;
  /** What templates are remembered under. */
  exporter: string;
  /** Where rows are said to be from. */
  address: string;
}

export interface SavedDomain {
  address: string;
  domain: string;
  collides: boolean;
  latest: number;
  ports: Speaker[];
}

export interface DoorQuestions {
  /** Whether the message at hand says templates. */
  saysTemplates: () => boolean;
  /** Whether a speaker has said templates before. */
  hasTemplates: (exporter: string) => boolean;
}

export interface DoorEvents {
  /** Two exporters were taken for one until now: rows of this one are to be told apart. */
  onApart(speaker: Speaker, domain: string): void;
  /** One port too many: what it said is void. */
  onGone(speaker: Speaker): void;
}

export class Door {
  readonly counts = new Map<Refusal, number>();
  readonly #options: DoorOptions;
  readonly #limits: DoorLimits;
  readonly #events: DoorEvents;
  readonly #visitors = new Map<string, Visitor>();
  #domains = 0;
  #allowance: number;
  #refilledAt: EpochMs = 0;

  constructor(options: DoorOptions, events: DoorEvents) {
    this.#options = options;
    this.#limits = { ...doorLimits, ...options.limits };
    this.#events = events;
    this.#allowance = this.#limits.burst;
  }

  get size(): number {
    return this.#visitors.size;
  }

  /** Undefined for who is not let in. */
  enter(address: string, at: EpochMs): Visitor | undefined {
    const visitor = this.#visitors.get(address) ?? this.#welcome(address, at);
    if (!visitor) return undefined;
    visitor.seenAt = at;
    const second = Math.floor(at / 1000);
    if (visitor.second !== second) {
      visitor.second = second;
      visitor.messages = 0;
    }
    if (++visitor.messages > this.#limits.messagesPerSecond) return this.#refuse('too-many-messages');
    return visitor;
  }

  /**
   * Whose templates a message is to be read with. A port that says templates of its own speaks for itself (RFC 7011,
   * section 2, "Transport Session"); one that does not belongs to whom it shares the address with.
   */
  speaker(visitor: Visitor, domain: string, port: number, questions: DoorQuestions): Speaker | undefined {
    const found = visitor.domains.get(domain);
    if (!found) {
      if (!this.#hasDomainRoom(visitor, visitor.domains.size)) return this.#refuse('too-many-domains');
      this.#domains++;
      const first = { port, exporter: visitor.address, address: visitor.address };
      visitor.domains.set(domain, { ports: new Map([[port, first]]), latest: first, collides: false });
      return first;
    }
    if (found.latest.port === port) return found.latest;
    const known = found.ports.get(port);
    if (known) {
      if (!questions.hasTemplates(known.exporter) && !questions.saysTemplates()) return found.latest;
      this.#collide(found, domain);
      found.latest = known;
      return known;
    }
    return questions.saysTemplates() ? this.#another(visitor, found, port) : found.latest;
  }

  /** Whether one more session is allowed for an address; messages that are glued together may be of many domains. */
  admits(visitor: Visitor, scope: string): boolean {
    if (visitor.scopes.has(scope)) return true;
    if (!this.#hasDomainRoom(visitor, visitor.scopes.size)) {
      this.#refuse('too-many-domains');
      return false;
    }
    this.#domains++;
    visitor.scopes.add(scope);
    return true;
  }

  save(): SavedDomain[] {
    return [...this.#visitors.values()].flatMap(({ address, domains }) =>
      [...domains].map(([domain, { ports, latest, collides }]) => ({
        address,
        domain,
        collides,
        latest: latest.port,
        ports: [...ports.values()],
      })),
    );
  }

  restore(saved: readonly SavedDomain[], at: EpochMs): void {
    for (const { address, domain, collides, latest, ports } of saved) {
      const visitor = this.#visitors.get(address) ?? this.#add(address, at);
      const [first] = ports;
      if (!first || visitor.domains.size >= this.#limits.domainsOfExporter) continue;
      const known = new Map(ports.slice(0, this.#limits.portsOfDomain).map((speaker) => [speaker.port, speaker]));
      this.#domains++;
      visitor.domains.set(domain, { ports: known, latest: known.get(latest) ?? first, collides });
    }
  }

  #hasDomainRoom({ address }: Visitor, count: number): boolean {
    if (count >= this.#limits.domainsOfExporter) return false;
    // Each counts twice: as what was spoken of, and as what a session was opened for.
    return this.#domains < 2 * this.#limits.domains || this.#options.known.has(address);
  }

  #another(visitor: Visitor, domain: Domain, port: number): Speaker {
    if (domain.ports.size >= this.#limits.portsOfDomain) {
      // The first one keeps the plain address.
      const oldest = [...domain.ports.values()].find(({ exporter }) => exporter !== visitor.address);
      if (oldest) {
        domain.ports.delete(oldest.port);
        this.#events.onGone(oldest);
      }
    }
    const exporter = `${visitor.address}:${port}`;
    const speaker = { port, exporter, address: domain.collides ? exporter : visitor.address };
    domain.ports.set(port, speaker);
    domain.latest = speaker;
    return speaker;
  }

  #collide(domain: Domain, name: string): void {
    if (domain.collides) return;
    domain.collides = true;
    for (const speaker of domain.ports.values()) {
      if (speaker.address === speaker.exporter) continue;
      speaker.address = speaker.exporter;
      this.#events.onApart(speaker, name);
    }
  }

  #welcome(address: string, at: EpochMs): Visitor | undefined {
    const isKnown = this.#options.known.has(address);
    if (!isKnown && this.#options.knownOnly) return this.#refuse('unknown-exporter');
    if (!isKnown && !this.#hasRoom(at)) return this.#refuse('too-many-exporters');
    return this.#add(address, at);
  }

  #hasRoom(at: EpochMs): boolean {
    const passedMs = Math.max(0, at - this.#refilledAt);
    this.#refilledAt = at;
    this.#allowance = Math.min(this.#limits.burst, this.#allowance + (passedMs * this.#limits.newPerSecond) / 1000);
    if (this.#allowance < 1) return false;
    // Looking for room costs too: whoever comes in masses may make us look only so often.
    this.#allowance -= 1;
    return this.#visitors.size < this.#limits.exporters || this.#dismiss(at);
  }

  /** One that was silent for long. */
  #dismiss(at: EpochMs): boolean {
    for (const [address, { seenAt, domains, scopes }] of this.#visitors) {
      if (at - seenAt < silentMs || this.#options.known.has(address)) continue;
      this.#visitors.delete(address);
      this.#domains -= domains.size + scopes.size;
      return true;
    }
    return false;
  }

  #add(address: string, at: EpochMs): Visitor {
    const visitor = {
      address,
      seenAt: at,
      second: 0,
      messages: 0,
      domains: new Map<string, Domain>(),
      scopes: new Set<string>(),
    };
    this.#visitors.set(address, visitor);
    return visitor;
  }

  #refuse(reason: Refusal): undefined {
    this.counts.set(reason, (this.counts.get(reason) ?? 0) + 1);
    return undefined;
  }
}
