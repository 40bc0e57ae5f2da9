import { judge, type Operation as Observed } from '../linearizability.ts';
import { encodeOperation, registerModel, type Operation, type Result } from './application.ts';
import type { History } from './history.ts';
import type { PlannedRequest } from './plan.ts';
import { Violation } from './protocol.ts';
import type { Random } from './random.ts';

const retryUs = 400_000;
/** Longer histories are judged by the one history alone, which gives their order and costs nothing. */
const maxJudged = 60;

interface Client {
  waiting: PlannedRequest[];
  number: number;
  current: { id: string; bytes: Uint8Array; after: number; seen: Observed<Operation, number> } | undefined;
  askedUs: number;
  /** The node that answered last. */
  favourite: number | undefined;
}

/** Asks a node; the answer comes through `answered`, or never. */
export type Ask = (node: number, id: string, bytes: Uint8Array) => void;

/**
 * Clients with one request at a time. They ask again, another node, until they are answered, always under the same id:
 * exactly once is for the cluster to keep.
 */
export class Clients {
  readonly #clients = new Map<number, Client>();
  readonly #history: History;
  readonly #random: Random;
  readonly #ask: Ask;
  /** What clients did and saw, for the judgement at the end. */
  readonly #observed: Observed<Operation, number>[] = [];
  #nodes: readonly number[];
  /** Place of the latest answer that any client has. */
  #answeredTo = 0;
  answered = 0;

  constructor(count: number, nodes: readonly number[], history: History, random: Random, ask: Ask) {
    for (let id = 1; id <= count; id++) {
      this.#clients.set(id, { waiting: [], number: 0, current: undefined, askedUs: 0, favourite: undefined });
    }
    this.#nodes = nodes;
    this.#history = history;
    this.#random = random;
    this.#ask = ask;
  }

  get areDone(): boolean {
    return [...this.#clients.values()].every((client) => !client.current && client.waiting.length === 0);
  }

  /** From now on only these are asked. */
  useOnly(nodes: readonly number[]): void {
    this.#nodes = nodes;
  }

  request(request: PlannedRequest, nowUs: number): void {
    this.#clients.get(request.client)?.waiting.push(request);
    this.#next(request.client, nowUs);
  }

  /** Repeats what was not answered. */
  tick(nowUs: number): void {
    for (const client of this.#clients.values()) {
      if (!client.current || nowUs - client.askedUs < retryUs) continue;
      client.favourite = undefined;
      this.#send(client, nowUs);
    }
  }

  /** A node will not order the request: another one is asked at the next tick. */
  onRefusal(id: string): void {
    const client = this.#clients.get(numberOf(id));
    if (client?.current?.id !== id) return;
    client.favourite = undefined;
    client.askedUs = -retryUs;
  }

  onReply(node: number, id: string, result: Result, nowUs: number): void {
    const place = this.#history.replied(id, result, 0);
    const number = numberOf(id);
    const client = this.#clients.get(number);
    if (client?.current?.id !== id) return;
    this.#history.replied(id, result, client.current.after);
    this.#answeredTo = Math.max(this.#answeredTo, place);
    this.answered += 1;
    client.current.seen.return = nowUs;
    client.current.seen.output = result.value;
    client.current = undefined;
    client.favourite = node;
    this.#next(number, nowUs);
  }

  /** Whether all that clients saw could have come from one register for each key. */
  judge(): void {
    if (this.#observed.length > maxJudged || judge(this.#observed, registerModel) !== 'not linearizable') return;
    throw new Violation('linearizability', 'no order of the requests explains what the clients saw');
  }

  #next(id: number, nowUs: number): void {
    const client = this.#clients.get(id);
    const planned = client?.current ? undefined : client?.waiting.shift();
    if (!client || !planned) return;
    client.number += 1;
    const bytes = encodeOperation(planned);
    const seen = { partition: planned.key, call: nowUs, return: Infinity, input: planned, output: undefined };
    this.#observed.push(seen);
    client.current = { id: `${id}.${client.number}`, bytes, after: this.#answeredTo, seen };
    this.#send(client, nowUs);
  }

  #send(client: Client, nowUs: number): void {
    if (!client.current) return;
    client.askedUs = nowUs;
    this.#ask(client.favourite ?? this.#random.pick(this.#nodes), client.current.id, client.current.bytes);
  }
}

function numberOf(id: string): number {
  return Number(id.slice(0, id.indexOf('.')));
}
