export interface CountingPortsOptions {
  /** Two were taken for one until now: what was concluded from their numbers is void. */
  onMixed: (scope: CountingScope) => void;
  /** Engines of addresses. 20,000 by default; the oldest make room. */
  maxScopes?: number;
}

/** Where numbers of messages count on: one exporter has one count in it. */
export interface CountingScope {
  address: string;
  version: number;
  engine: number;
}

interface Port {
  /** The number that its next message will have. */
  next: number;
  isApart: boolean;
}

interface Heard {
  latest: number;
  ports: Map<number, Port>;
}

const maxPorts = 16;

/**
 * Exporters behind one address that say no templates (NetFlow v5 and v7) are told apart by what they count: a port that goes
 * on exactly where it stopped, although another one with another count spoke meanwhile, is an exporter of its own. One that
 * uses several ports for one count stays one, and so does one that begins anew at another port.
 */
export class CountingPorts {
  readonly #options: CountingPortsOptions;
  readonly #maxScopes: number;
  readonly #heard = new Map<string, Heard>();

  constructor(options: CountingPortsOptions) {
    this.#options = options;
    this.#maxScopes = options.maxScopes ?? 20_000;
  }

  /** Whether a message with the numbers from `first` to before `next` is of an exporter that is known by its port too. */
  isApart(scope: CountingScope, port: number, first: number, next: number): boolean {
    const heard = this.#of(scope);
    const known = heard.ports.get(port) ?? add(heard, port);
    const latest = heard.ports.get(heard.latest);
    if (latest && heard.latest !== port && known.next === first && latest.next !== first) {
      this.#tellApart(scope, heard, [known, latest]);
    }
    known.next = next;
    heard.latest = port;
    return known.isApart;
  }

  /** The first port keeps the plain address. */
  #tellApart(scope: CountingScope, { ports }: Heard, ofTwo: readonly Port[]): void {
    const [first] = ports.values();
    const others = ofTwo.filter((one) => one !== first && !one.isApart);
    if (others.length === 0) return;
    for (const one of others) one.isApart = true;
    this.#options.onMixed(scope);
  }

  #of({ address, version, engine }: CountingScope): Heard {
    const key = `${address} ${version} ${engine}`;
    const known = this.#heard.get(key);
    if (known) return known;
    const [oldest] = this.#heard.size >= this.#maxScopes ? this.#heard.keys() : [];
    if (oldest !== undefined) this.#heard.delete(oldest);
    const heard = { latest: -1, ports: new Map<number, Port>() };
    this.#heard.set(key, heard);
    return heard;
  }
}

/** One port too many takes the place of the oldest, but never of the first. */
function add({ ports }: Heard, port: number): Port {
  const [, oldest] = ports.size >= maxPorts ? ports.keys() : [];
  if (oldest !== undefined) ports.delete(oldest);
  const made = { next: Number.NaN, isApart: false };
  ports.set(port, made);
  return made;
}
