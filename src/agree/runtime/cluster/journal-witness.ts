import { QwError } from '../../../model/index.ts';
import type { Lsn, ParticipantId } from '../../protocol.ts';
import type { Frame } from './frames.ts';

interface JournalWitnessParts {
  directory: string;
  /** How far this member's own journal is durable. */
  durable: () => Lsn;
  send: (to: ParticipantId, frame: Extract<Frame, { type: 'recorded' | 'recorded-before' }>) => void;
}

/**
 * Members who trust each other tell each other how far their journals are, and remember it of one another while they run:
 * a folder that comes from a backup does not know that it is old. Raft relies on every member's memory, so whoever learns
 * that its journal was longer stops. This finds out, within a second of a member's contact with one that remembers; it does
 * not prevent what the member may have voted until then.
 */
export class JournalWitness {
  readonly #parts: JournalWitnessParts;
  readonly #known = new Map<ParticipantId, Lsn>();

  constructor(parts: JournalWitnessParts) {
    this.#parts = parts;
  }

  tell(others: readonly ParticipantId[]): void {
    for (const one of others) this.#parts.send(one, { type: 'recorded', lsn: this.#parts.durable() });
  }

  /** Throws LEDGER_CORRUPT when this member's journal was longer once than it is. */
  receive(from: ParticipantId, { type, lsn }: Extract<Frame, { type: 'recorded' | 'recorded-before' }>): void {
    if (type === 'recorded') {
      const before = this.#known.get(from) ?? 0;
      if (lsn < before) this.#parts.send(from, { type: 'recorded-before', lsn: before });
      else this.#known.set(from, lsn);
      return;
    }
    const durable = this.#parts.durable();
    if (lsn <= durable) return;
    throw new QwError('LEDGER_CORRUPT', `the journal has ${durable} records; other members know that it had ${lsn}`, {
      where: this.#parts.directory,
      hint: 'the folder is an older copy: start from an empty one under a new key, by join --replace and member replace',
    });
  }
}
