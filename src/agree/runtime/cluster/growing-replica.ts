import type { Milliseconds } from '../../../model/index.ts';
import type { Checkpoint } from '../../record/checkpoint.ts';
import type { LedgerEntry } from '../../record/entry.ts';
import type { SealSource } from '../../record/export-certificate.ts';
import type { Applied, StoredLedger } from '../replica.ts';
import type { Unsubscribe } from '../subscriptions.ts';
import type { ClusterReplica } from './cluster-replica.ts';
import type { PbftReplica } from './pbft-replica.ts';
import type { SoloEnd, SoloReplica } from './solo-replica.ts';

/**
 * The ledger of a watcher that began alone: first its own replica, then that of a member among others. Whoever holds this
 * one notices nothing of the change; what is asked for meanwhile waits.
 */
export class GrowingReplica implements ClusterReplica {
  readonly #goOn: (end: SoloEnd) => Promise<PbftReplica>;
  readonly #report: (problem: unknown) => void;
  #present: SoloReplica | PbftReplica;
  #change: Promise<void> | undefined;

  constructor(
    begin: (onEnd: () => void) => SoloReplica,
    goOn: (end: SoloEnd) => Promise<PbftReplica>,
    report: (problem: unknown) => void,
  ) {
    this.#goOn = goOn;
    this.#report = report;
    const solo = begin(() => {
      this.#change ??= this.#grow(solo);
    });
    this.#present = solo;
  }

  async #grow(solo: SoloReplica): Promise<void> {
    let end: SoloEnd | undefined;
    try {
      end = await solo.end();
      this.#present = await this.#goOn(end);
    } catch (problem) {
      // Its folder says where it ended: a restart goes on from there.
      for (const { reject } of end?.waiting ?? []) reject(problem);
      this.#report(problem);
    }
  }

  async propose(request: Uint8Array): Promise<Applied> {
    await this.#change;
    return this.#present.propose(request);
  }

  subscribe(from: number, listener: (entry: LedgerEntry) => void): Unsubscribe {
    return this.#present.subscribe(from, listener);
  }

  read(from: number, limit: number): Promise<LedgerEntry[]> {
    return this.#present.read(from, limit);
  }

  stored(): StoredLedger {
    return this.#present.stored();
  }

  status(): ReturnType<ClusterReplica['status']> {
    return this.#present.status();
  }

  async checkpoint(): Promise<Checkpoint> {
    await this.#change;
    return this.#present.checkpoint();
  }

  heard(): ReadonlyMap<string, Milliseconds> {
    return this.#present.heard();
  }

  seals(): Promise<readonly SealSource[]> {
    return this.#present.seals();
  }

  epochEnds(): Promise<readonly SealSource[]> {
    return this.#present.epochEnds();
  }

  async close(): Promise<void> {
    await this.#change;
    await this.#present.close();
  }
}
