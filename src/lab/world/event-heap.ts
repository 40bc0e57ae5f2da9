/** Events in order of time; what was scheduled first comes first at the same time. Times are whole microseconds. */
export class EventHeap<Event> {
  readonly #times: number[] = [];
  readonly #ties: number[] = [];
  readonly #events: Event[] = [];
  #scheduled = 0;

  get size(): number {
    return this.#events.length;
  }

  push(timeUs: number, event: Event): void {
    const tie = this.#scheduled;
    this.#scheduled += 1;
    let at = this.#events.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      // Among equal times a new event has the largest tie-break, so it stays below.
      if ((this.#times[parent] ?? 0) <= timeUs) break;
      this.#move(parent, at);
      at = parent;
    }
    this.#put(at, timeUs, tie, event);
  }

  /** Removes and returns the first event with its time. */
  pop(): { timeUs: number; event: Event } | undefined {
    const event = this.#events[0];
    const timeUs = this.#times[0];
    if (event === undefined || timeUs === undefined) return undefined;
    const lastTime = this.#times.pop() ?? 0;
    const lastTie = this.#ties.pop() ?? 0;
    const last = this.#events.pop() as Event;
    if (this.#events.length > 0) this.#sink(lastTime, lastTie, last);
    return { timeUs, event };
  }

  #sink(timeUs: number, tie: number, event: Event): void {
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= this.#events.length) break;
      if (child + 1 < this.#events.length && this.#before(child + 1, child)) child += 1;
      const childTime = this.#times[child] ?? 0;
      if (timeUs < childTime || (timeUs === childTime && tie < (this.#ties[child] ?? 0))) break;
      this.#move(child, at);
      at = child;
    }
    this.#put(at, timeUs, tie, event);
  }

  #before(a: number, b: number): boolean {
    const timeA = this.#times[a] ?? 0;
    const timeB = this.#times[b] ?? 0;
    return timeA < timeB || (timeA === timeB && (this.#ties[a] ?? 0) < (this.#ties[b] ?? 0));
  }

  #move(from: number, to: number): void {
    this.#put(to, this.#times[from] ?? 0, this.#ties[from] ?? 0, this.#events[from] as Event);
  }

  #put(at: number, timeUs: number, tie: number, event: Event): void {
    this.#times[at] = timeUs;
    this.#ties[at] = tie;
    this.#events[at] = event;
  }
}
