import { QwError, type Incident } from '../../model/index.ts';

const maxKept = 50;
/** Asked for at a time and not made yet. */
const maxMaking = 5;

/** Certificates for whoever asks: each is made once, and one after the other, so that strangers cannot keep the disk busy. */
export class PublicCertificates {
  readonly #make: (incident: Incident) => Promise<string>;
  readonly #kept = new Map<string, Promise<string>>();
  #making = 0;
  #last: Promise<void> = Promise.resolve();

  constructor(make: (incident: Incident) => Promise<string>) {
    this.#make = make;
  }

  /** Rejects with OVERLOADED when too many are asked for, and with whatever keeps one from being made. */
  async of(incident: Incident): Promise<string> {
    const key = `${incident.id} ${incident.updates.length}`;
    const kept = this.#kept.get(key);
    if (kept) return kept;
    if (this.#making >= maxMaking) throw new QwError('OVERLOADED', 'others ask for certificates too');
    this.#making++;
    const making = this.#last
      .then(() => this.#make(incident))
      .finally(() => {
        this.#making--;
      });
    const settled = () => undefined;
    this.#last = making.then(settled, settled);
    this.#kept.set(key, making);
    const [oldest] = this.#kept.keys();
    if (this.#kept.size > maxKept && oldest !== undefined) this.#kept.delete(oldest);
    try {
      return await making;
    } catch (thrown) {
      this.#kept.delete(key);
      throw thrown;
    }
  }
}
