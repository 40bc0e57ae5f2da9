import type { ChildProcess } from 'node:child_process';

export const intervalMs = 10;

/** The client's pings, one every 10 ms: which were answered. */
export class Pings {
  readonly #child: ChildProcess;
  readonly #answered = new Set<number>();
  #last = 0;
  #rest = '';

  constructor(child: ChildProcess) {
    this.#child = child;
    child.stdout?.on('data', (chunk: Buffer) => {
      const lines = (this.#rest + chunk.toString()).split('\n');
      this.#rest = lines.pop() ?? '';
      for (const line of lines) {
        const number = Number(/icmp_seq=(\d+) ttl/.exec(line)?.[1]);
        if (Number.isNaN(number)) continue;
        this.#answered.add(number);
        this.#last = Math.max(this.#last, number);
      }
    });
  }

  /** The newest that was answered. */
  get last(): number {
    return this.#last;
  }

  stop(): void {
    this.#child.kill('SIGINT');
  }

  /** For each ping from that one on, up to the newest that was answered: whether it was. */
  from(first: number): boolean[] {
    return Array.from({ length: Math.max(0, this.#last - first + 1) }, (_, at) => this.#answered.has(first + at));
  }
}

/** The longest run of lost ones. */
export function longestLoss(answered: readonly boolean[]): number {
  let longest = 0;
  let now = 0;
  for (const one of answered) {
    now = one ? 0 : now + 1;
    longest = Math.max(longest, now);
  }
  return longest;
}

/** A line of so many characters with the longest loss in its middle. */
export function picture(answered: readonly boolean[], width: number): string {
  const longest = longestLoss(answered);
  const marks = answered.map((one) => (one ? '·' : 'x')).join('');
  const middle = marks.indexOf('x'.repeat(Math.max(1, longest))) + Math.floor(longest / 2);
  const begin = Math.max(0, middle - Math.floor(width / 2));
  return marks.slice(begin, begin + width);
}
