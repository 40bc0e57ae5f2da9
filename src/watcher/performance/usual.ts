/** As many figures as come in an hour, one every ten seconds. */
const memory = 360;
/** Two minutes of figures: before, nothing is usual. */
const enough = 12;

/**
 * What a figure usually is: its mean over about an hour, older ones counting less and less. A figure counts at most as
 * twice the usual one, so that an outage does not become usual at once.
 */
export class Usual {
  #count = 0;
  #mean = 0;

  /** Undefined while too little is known. */
  get value(): number | undefined {
    return this.#count < enough ? undefined : this.#mean;
  }

  add(figure: number): void {
    this.#count += 1;
    const bounded = this.#count <= enough ? figure : Math.min(figure, 2 * this.#mean);
    this.#mean += (bounded - this.#mean) / Math.min(this.#count, memory);
  }
}
