import type { ConsensusCore } from '../protocol.ts';
import { LedgerReplica, type LedgerReplicaParts } from './ledger-replica.ts';

/** Drives a core without peers: feeds it proposals and time, makes its records durable, executes what it commits. */
export class CoreReplica extends LedgerReplica {
  protected readonly protocol = 'solo';
  readonly #core: ConsensusCore;
  readonly #now: () => number;
  #drained: Promise<void> | undefined;

  constructor(core: ConsensusCore, parts: LedgerReplicaParts) {
    // The journal's end at start: no earlier start that persisted anything can have had it.
    super(parts, `${parts.recovered.journal.end}.`);
    this.#core = core;
    this.#now = () => parts.clock.now();
  }

  protected submit(id: string, request: Uint8Array): void {
    this.#core.step({ type: 'propose', request: { id, bytes: request } });
  }

  /** Whether another protocol goes on after the last batch: then nothing more is executed here. */
  protected hasEnded(): boolean {
    return false;
  }

  protected work(): void {
    if (this.hasEnded()) return;
    const core = this.#core;
    core.step({ type: 'tick', now: this.#now() });
    for (let ready = core.ready(); ready && !this.failed; ready = core.ready()) {
      if (ready.persist.length > 0) this.journal.append(ready.persist);
      core.advance(ready);
      if (ready.mustSync) this.#persist();
      for (const event of ready.events) this.refuse(event);
      for (const batch of ready.apply) {
        // What the disk has beyond the end was never answered, and is proposed again to those who go on.
        if (!this.hasEnded()) this.execute(batch);
      }
    }
  }

  #persist(): void {
    const durable = this.journal.sync().then(async (lsn) => {
      await this.ledgerRoom();
      this.#core.step({ type: 'persisted', lsn });
      this.pump();
    });
    this.#drained = durable.catch((error: unknown) => {
      this.fail(error);
    });
  }

  protected async settled(): Promise<void> {
    while (this.waiting.size > 0 && !this.failed && !this.hasEnded()) {
      this.pump();
      await this.journal.sync();
      await this.#drained;
    }
  }
}
