import type { NetworkPlan, PartitionMode } from './plan.ts';
import { Random } from './random.ts';

/** Faultless and quick: what a healed network is. */
const healed: NetworkPlan = { minDelayUs: 500, meanDelayUs: 500, loss: 0, duplication: 0, capacity: 100_000 };

/** Decides what becomes of each message: lost, delayed, doubled, overtaken; the world does the delivering. */
export class Network {
  readonly #nodes: number;
  readonly #random: Random;
  #plan: NetworkPlan;
  /** Per path, by index: messages under way. */
  readonly #underway: Uint32Array;
  /** Per path: cut until that time. */
  readonly #cutUntilUs: Float64Array;
  /** Per path: nothing arrives before that time. */
  readonly #clogUntilUs: Float64Array;

  constructor(plan: NetworkPlan, nodes: number, seed: number) {
    this.#plan = plan;
    this.#nodes = nodes;
    this.#random = new Random(seed, 'network');
    const paths = (nodes + 1) * (nodes + 1);
    this.#underway = new Uint32Array(paths);
    this.#cutUntilUs = new Float64Array(paths);
    this.#clogUntilUs = new Float64Array(paths);
  }

  /** When the copies of a message arrive: none, one or two times. Clients are node 0, and are never cut off by partitions. */
  arrivals(from: number, to: number, nowUs: number): number[] {
    const path = this.#path(from, to);
    const { loss, duplication, capacity } = this.#plan;
    if (nowUs < (this.#cutUntilUs[path] ?? 0) || this.#random.chance(loss)) return [];
    const times: number[] = [];
    const copies = this.#random.chance(duplication) ? 2 : 1;
    for (let copy = 0; copy < copies && (this.#underway[path] ?? 0) < capacity; copy++) {
      this.#underway[path] = (this.#underway[path] ?? 0) + 1;
      const delayUs = this.#plan.minDelayUs + this.#random.exponential(this.#plan.meanDelayUs);
      times.push(Math.max(nowUs, this.#clogUntilUs[path] ?? 0) + delayUs);
    }
    return times;
  }

  /** A copy has arrived. */
  arrived(from: number, to: number): void {
    const path = this.#path(from, to);
    this.#underway[path] = (this.#underway[path] ?? 1) - 1;
  }

  clog(from: number, to: number, untilUs: number): void {
    this.#clogUntilUs[this.#path(from, to)] = untilUs;
  }

  /** Splits the nodes; `oneWay` cuts only one direction, `first` is on the smaller side. */
  partition(mode: PartitionMode, oneWay: boolean, untilUs: number, salt: number, first: number | undefined): void {
    const random = new Random(salt, 'partition');
    const nodes = random.shuffled(Array.from({ length: this.#nodes }, (_, at) => at + 1));
    if (first !== undefined) nodes.sort((a, b) => Number(b === first) - Number(a === first));
    const bridge = mode === 'bridge' ? nodes.pop() : undefined;
    const size = mode === 'single' ? 1 : nodes.length >> 1;
    const left = new Set(mode === 'random' ? nodes.filter(() => random.chance(0.5)) : nodes.slice(0, size));
    for (const from of nodes) {
      for (const to of nodes) {
        if (from === bridge || to === bridge || left.has(from) === left.has(to)) continue;
        if (!oneWay || left.has(from)) this.#cutUntilUs[this.#path(from, to)] = untilUs;
      }
    }
  }

  heal(): void {
    this.#plan = healed;
    this.#cutUntilUs.fill(0);
    this.#clogUntilUs.fill(0);
  }

  #path(from: number, to: number): number {
    return from * (this.#nodes + 1) + to;
  }
}
