import type { EpochMs, FlowAnswer, Milliseconds } from '../../model/index.ts';
import { Deadline, queryDns, systemResolvers, type Clock, type Timer } from '../../platform/index.ts';

/** What a name server says of an address. */
export interface ReverseAnswer {
  /** '' where it has no name. */
  name: string;
  ttlMs: Milliseconds;
}

export interface ReverseNamesOptions {
  clock: Clock;
  /** Rejects when nobody answers. The name servers of this machine by default. */
  ask?: (address: string) => Promise<ReverseAnswer>;
}

/** Names that are remembered, and addresses that wait to be asked about; others are asked about when they come again. */
const maxKnown = 20_000;
const maxWaiting = 500;
/** A name server is nobody's to be flooded. */
const perSecond = 20;
const askMs: Milliseconds = 2000;
const leastMs: Milliseconds = 300_000;
const mostMs: Milliseconds = 86_400_000;
const maxNameCharacters = 253;
const dnsPort = 53;

/**
 * Names of addresses by reverse DNS, for answers that are about to be shown. An answer never waits: what is known is shown,
 * and what is not is asked for at leisure, so that it is there the next time. Whoever runs the name server learns which
 * addresses somebody looked at.
 */
export class ReverseNames {
  readonly #clock: Clock;
  readonly #ask: (address: string) => Promise<ReverseAnswer>;
  readonly #known = new Map<string, { name: string; until: EpochMs }>();
  readonly #waiting = new Set<string>();
  #timer: Timer | undefined;
  #closed = false;

  constructor({ clock, ask }: ReverseNamesOptions) {
    this.#clock = clock;
    this.#ask = ask ?? ((address) => askNameServer(clock, address));
  }

  /** '' where there is none, or none is known yet. */
  nameOf(address: string): string {
    const found = this.#known.get(address);
    if (found && found.until > this.#clock.now()) return found.name;
    if (this.#waiting.size < maxWaiting) this.#waiting.add(address);
    this.#later();
    // An old name is better than none while it is asked for again.
    return found?.name ?? '';
  }

  close(): void {
    this.#closed = true;
    this.#waiting.clear();
    this.#timer?.cancel();
  }

  #later(): void {
    if (this.#timer !== undefined || this.#closed || this.#waiting.size === 0) return;
    this.#timer = this.#clock.after(1000 / perSecond, () => {
      this.#timer = undefined;
      const [address] = this.#waiting;
      if (address === undefined) return;
      this.#waiting.delete(address);
      void this.#askFor(address);
      this.#later();
    });
  }

  async #askFor(address: string): Promise<void> {
    let answer: ReverseAnswer;
    try {
      answer = await this.#ask(address);
    } catch {
      // Who does not answer is not asked again soon.
      answer = { name: this.#known.get(address)?.name ?? '', ttlMs: leastMs };
    }
    const oldest = this.#known.size >= maxKnown ? this.#known.keys().next().value : undefined;
    if (oldest !== undefined) this.#known.delete(oldest);
    const keptMs = Math.min(mostMs, Math.max(leastMs, answer.ttlMs));
    this.#known.delete(address);
    this.#known.set(address, { name: answer.name, until: this.#clock.now() + keptMs });
  }
}

async function askNameServer(clock: Clock, address: string): Promise<ReverseAnswer> {
  const [server] = systemResolvers();
  if (server === undefined) throw new Error('no name server is known');
  const deadline = new Deadline(clock, askMs);
  try {
    const answer = await queryDns({ address: server, port: dnsPort }, { name: address, type: 'PTR' }, deadline);
    if (answer.kind !== 'answer') throw new Error(answer.text);
    const found = answer.records.find(({ type }) => type === 'PTR');
    const name = found?.text ?? '';
    // Whoever has the reverse zone writes what they like.
    const isName = name.length <= maxNameCharacters && /^[\w.-]+$/.test(name);
    return { name: isName ? name : '', ttlMs: (found?.ttlSeconds ?? 0) * 1000 };
  } finally {
    deadline.release();
  }
}

const addressKeys: ReadonlySet<string> = new Set(['source', 'destination']);

/** An answer with names of its addresses as labels, where it has no better ones. */
export function withReverseNames(answer: FlowAnswer, names: Pick<ReverseNames, 'nameOf'>): FlowAnswer {
  if (!answer.groupBy.some((key) => addressKeys.has(key))) return answer;
  const rows = answer.rows.map((row) => ({
    ...row,
    labels: row.labels.map((label, at) => {
      const value = row.values[at] ?? '';
      return label === '' && value !== '' && addressKeys.has(answer.groupBy[at] ?? '') ? names.nameOf(value) : label;
    }),
  }));
  return { ...answer, rows };
}
