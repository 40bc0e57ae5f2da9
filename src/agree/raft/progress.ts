/**
 * What a leader knows of one follower, and how much it may send it. `probe`: one append at a time, until the place is
 * found where the logs agree. `stream`: appends follow each other without waiting, within the window. `snapshot`: the
 * follower is behind the log's start and gets a state, one chunk at a time.
 */
export class Progress {
  mode: 'probe' | 'stream' | 'snapshot' = 'probe';
  /** The logs agree up to here, and the follower has it durable. */
  match = 0;
  /** What is sent next. */
  next: number;
  /** Something was sent in `probe` or `snapshot`, and neither an answer nor a heartbeat has come since. */
  waiting = false;
  /** Whether it was heard since the last look (check-quorum). */
  heard = true;
  /** Commit index that it was told last. */
  toldCommit = 0;
  /** In `snapshot`: which state, and how much of it has arrived. */
  snapshotIndex = 0;
  snapshotOffset = 0;
  /** Last index of each append in flight. */
  #inflight: number[] = [];

  constructor(next: number) {
    this.next = next;
  }

  get inflight(): number {
    return this.#inflight.length;
  }

  sent(lastIndex: number): void {
    if (this.mode === 'stream') {
      this.next = lastIndex + 1;
      this.#inflight.push(lastIndex);
    } else {
      this.waiting = true;
    }
  }

  /** The follower has everything up to `index`; returns whether that is news. */
  matched(index: number): boolean {
    while ((this.#inflight[0] ?? Infinity) <= index) this.#inflight.shift();
    const news = index > this.match;
    this.match = Math.max(this.match, index);
    this.next = Math.max(this.next, index + 1);
    if (this.mode === 'probe' || (this.mode === 'snapshot' && index >= this.snapshotIndex)) this.stream();
    return news;
  }

  probe(next: number): void {
    this.mode = 'probe';
    this.next = Math.max(next, this.match + 1);
    this.waiting = false;
    this.#inflight = [];
  }

  stream(): void {
    this.mode = 'stream';
    this.next = this.match + 1;
    this.waiting = false;
    this.#inflight = [];
  }

  startSnapshot(index: number): void {
    this.mode = 'snapshot';
    this.snapshotIndex = index;
    this.snapshotOffset = 0;
    this.waiting = false;
    this.#inflight = [];
  }
}
