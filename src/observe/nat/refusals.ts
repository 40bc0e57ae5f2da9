import type { ConntrackStatistics } from '../../platform/index.ts';

/** Packets that the kernel dropped since the last reading, by cause. */
export interface Refusals {
  /** Their connection could not be entered: its translated addresses were those of another one. */
  entry: number;
  /** There was no room in the table of connections. */
  room: number;
}

type Counter = 'insertFailed' | 'dropped' | 'chainTooLong';
const wrap = 2 ** 32;

/** Differences of the kernel's counters, each of which wraps on each processor. */
export class RefusalCounter {
  #last: ConntrackStatistics | undefined;

  /** The first reading is what the others are measured from. */
  offer(statistics: ConntrackStatistics): Refusals {
    const last = this.#last;
    this.#last = statistics;
    if (!last) return { entry: 0, room: 0 };
    const since = (counter: Counter) =>
      statistics[counter].reduce((sum, value, processor) => {
        const before = last[counter][processor];
        return before === undefined ? sum : sum + ((value - before + wrap) % wrap);
      }, 0);
    const failed = since('insertFailed');
    // Too long a chain is counted as a failed entry too; drops count all of it.
    return {
      entry: Math.max(0, failed - since('chainTooLong')),
      room: Math.max(0, since('dropped') - failed),
    };
  }
}
