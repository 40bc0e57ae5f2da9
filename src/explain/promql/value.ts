import type { Milliseconds } from '../../model/index.ts';
import type { Labels } from './labels.ts';
import { impossible } from './problem.ts';

/** The times that are asked for: `count` of them, `stepMs` apart, from `startMs` on. */
export interface Steps {
  startMs: number;
  /** As it was asked for: the last step may come before it. */
  endMs: number;
  stepMs: Milliseconds;
  count: number;
}

export const timeOf = (steps: Steps, step: number) => steps.startMs + step * steps.stepMs;

/** Values of one series at each step; NaN is a value, so that `present` says where there is one. */
export interface Line {
  labels: Labels;
  values: Float64Array;
  present: Uint8Array;
}

export type Value =
  | { type: 'scalar'; values: Float64Array }
  | { type: 'string'; text: string }
  /** In an order that means something after `sort` and `topk` only. */
  | { type: 'vector'; lines: readonly Line[] };

/** Puts lines together from values in any order; the same labels twice at the same time are refused. */
export class LineBook {
  readonly #lines = new Map<string, Line>();
  readonly #count: number;
  readonly #onLine: (steps: number) => void;

  constructor(count: number, onLine: (steps: number) => void) {
    this.#count = count;
    this.#onLine = onLine;
  }

  line(labels: Labels): Line {
    let line = this.#lines.get(labels.key);
    if (!line) {
      this.#onLine(this.#count);
      line = { labels, values: new Float64Array(this.#count), present: new Uint8Array(this.#count) };
      this.#lines.set(labels.key, line);
    }
    return line;
  }

  set(line: Line, step: number, value: number): void {
    if (line.present[step] === 1) {
      impossible(`vector cannot contain metrics with the same labelset: ${line.labels.toString()}`);
    }
    line.present[step] = 1;
    line.values[step] = value;
  }

  lines(): Line[] {
    return [...this.#lines.values()];
  }
}
