import { holdsBack, isUntold, type Job } from './job.ts';

/** Jobs that keep an order among each other, by what they share. */
export class Lanes {
  readonly #jobs = new Map<string, Set<Job>>();

  add(job: Job): void {
    for (const name of job.lanes) {
      const lane = this.#jobs.get(name);
      if (lane) lane.add(job);
      else this.#jobs.set(name, new Set([job]));
    }
  }

  remove(job: Job): void {
    for (const name of job.lanes) {
      const lane = this.#jobs.get(name);
      lane?.delete(job);
      if (lane?.size === 0) this.#jobs.delete(name);
    }
  }

  /** The others of its lanes; who shares several comes several times. */
  *matesOf(job: Job): Generator<Job> {
    for (const name of job.lanes) {
      for (const other of this.#jobs.get(name) ?? []) if (other !== job) yield other;
    }
  }

  /** Something must be over before this may start. */
  holdBack(job: Job): boolean {
    for (const other of this.matesOf(job)) if (holdsBack(other, job)) return true;
    return false;
  }

  /** Saying again what has not been said yet would only make the queue longer. */
  repeatsWaiting(job: Job): boolean {
    const kind = job.intent.notification?.message;
    if (kind !== 'reminder' && kind !== 'escalated') return false;
    for (const other of this.matesOf(job)) {
      const sameIncidents = job.lanes.every((lane) => other.lanes.includes(lane));
      if (sameIncidents && other.order === job.order && other.state !== 'busy' && isUntold(other)) return true;
    }
    return false;
  }
}
