import type { FlowStore, Intend } from './open-store.ts';
import { PendingReceipts } from './pending-receipts.ts';
import { receiptText, type DeletionReceipt } from './retention.ts';

export interface DeletionsOptions {
  directory: string;
  store: Pick<FlowStore, 'holds'>;
  /** Told of single records that are gone. Without it nobody wants receipts, and none are kept. */
  onDeleted?: ((receipts: readonly DeletionReceipt[]) => void) | undefined;
  /** Runs what the disk may refuse, and never rejects. */
  attempt: (action: () => Promise<void>) => Promise<void>;
}

/** What goes leaves a receipt, which is told until somebody says that the ledger has it. */
export class Deletions {
  readonly #options: DeletionsOptions;
  readonly #pending: PendingReceipts;

  constructor(options: DeletionsOptions) {
    this.#options = options;
    this.#pending = new PendingReceipts(options.directory);
  }

  /** Tells again what nobody has said to be in the ledger. */
  async open(): Promise<void> {
    const { onDeleted, attempt } = this.#options;
    if (!onDeleted) return;
    await attempt(() => this.#pending.open());
    await this.#withdraw();
    const untold = this.#pending.receipts;
    if (untold.length > 0) onDeleted(untold);
  }

  /** Receipts are durable before anything goes, or as soon as they are known. Rejects as `action` does. */
  async carryOut(action: (intend: Intend) => Promise<readonly DeletionReceipt[]>): Promise<readonly DeletionReceipt[]> {
    const { onDeleted } = this.#options;
    if (!onDeleted) return action(() => Promise.resolve());
    try {
      const receipts = await action((intended) => this.#pending.add(intended));
      if (receipts.length === 0) return receipts;
      await this.#pending.add(receipts);
      onDeleted(receipts);
      return receipts;
    } catch (thrown) {
      await this.#withdraw();
      throw thrown;
    }
  }

  /** The ledger has what `receiptText` says of these. */
  settle(texts: readonly string[]): Promise<void> {
    return this.#options.attempt(() => this.#pending.settle(texts));
  }

  /** What was intended did not happen where its files are still there. */
  async #withdraw(): Promise<void> {
    const intact = this.#pending.receipts.filter(({ files }) => this.#options.store.holds(files));
    await this.settle(intact.map(receiptText));
  }
}
