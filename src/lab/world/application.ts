import type { Request } from '../../agree/index.ts';
import type { Model } from '../linearizability.ts';
import type { PlannedRequest } from './plan.ts';

/** What a client gets: the value of its key after the operation, and how often the application has changed. */
export interface Result {
  value: number;
  changes: number;
}

export type Operation = Pick<PlannedRequest, 'operation' | 'key' | 'value'>;

const operations = ['put', 'add', 'get'] as const;

export function encodeOperation({ operation, key, value }: Operation): Uint8Array {
  return Uint8Array.of(operations.indexOf(operation), key, value & 0xff, value >> 8);
}

function decodeOperation(bytes: Uint8Array): Operation {
  const [operation = 0, key = 0, low = 0, high = 0] = bytes;
  return { operation: operations[operation] ?? 'get', key, value: low + 256 * high };
}

interface State {
  values: [number, number][];
  /** Last request of each client and its result: what makes a repeated request harmless. */
  clients: [string, { number: number; result: Result }][];
  changes: number;
  root: number;
}

/** What one register does, for a linearizability checker. */
export const registerModel: Model<number, Operation, number> = {
  initial: 0,
  step: (state, input, output) => {
    const after = valueAfter(state, input);
    return output === undefined || output === after ? after : undefined;
  },
  key: (state) => state,
};

function valueAfter(before: number, { operation, value }: Operation): number {
  return operation === 'put' ? value : operation === 'add' ? before + value : before;
}

/** Registers that clients change, each request once. Its root chains every batch, so equal roots mean equal histories. */
export class Registers {
  #values = new Map<number, number>();
  #clients = new Map<string, { number: number; result: Result }>();
  #changes = 0;
  #root = 0;

  get root(): number {
    return this.#root;
  }

  /** The result of a request that was executed before; undefined if it was not, or is older than the last. */
  known(id: string): Result | undefined {
    const { client, number } = splitId(id);
    const last = this.#clients.get(client);
    return last?.number === number ? last.result : undefined;
  }

  /** Executes a batch, and returns the results of its requests; undefined for what came too late. */
  apply(sequence: number, requests: readonly Request[]): (Result | undefined)[] {
    const results = requests.map((request) => this.#execute(request));
    this.#root = mix(mix(this.#root, sequence), requests.length);
    for (const request of requests) this.#root = mix(this.#root, hashOf(request));
    this.#root = mix(this.#root, this.#changes);
    return results;
  }

  snapshot(): Uint8Array {
    const state: State = {
      values: [...this.#values],
      clients: [...this.#clients],
      changes: this.#changes,
      root: this.#root,
    };
    return Buffer.from(JSON.stringify(state));
  }

  restore(bytes: Uint8Array): void {
    const state = JSON.parse(Buffer.from(bytes).toString()) as State;
    this.#values = new Map(state.values);
    this.#clients = new Map(state.clients);
    this.#changes = state.changes;
    this.#root = state.root;
  }

  #execute(request: Request): Result | undefined {
    const { client, number } = splitId(request.id);
    const last = this.#clients.get(client);
    if (last && number <= last.number) return number === last.number ? last.result : undefined;
    const input = decodeOperation(request.bytes);
    const { operation, key } = input;
    const before = this.#values.get(key) ?? 0;
    const after = valueAfter(before, input);
    if (operation !== 'get') {
      this.#values.set(key, after);
      this.#changes += 1;
    }
    const result = { value: after, changes: this.#changes };
    this.#clients.set(client, { number, result });
    return result;
  }
}

function splitId(id: string): { client: string; number: number } {
  const dot = id.indexOf('.');
  return { client: id.slice(0, dot), number: Number(id.slice(dot + 1)) };
}

/** Good enough to tell runs apart; nobody attacks it. */
function hashOf(request: Request): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < request.id.length; at++) hash = mix(hash, request.id.charCodeAt(at));
  for (const byte of request.bytes) hash = mix(hash, byte);
  return hash;
}

export function mix(hash: number, value: number): number {
  const mixed = Math.imul(hash ^ value ^ Math.floor(value / 0x1_0000_0000), 0x9e3779b1);
  return (mixed ^ (mixed >>> 15)) >>> 0;
}
