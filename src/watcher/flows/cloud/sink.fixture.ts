import type { CloudNames, DurableFlowSink, FlowRows } from '../../../observe/index.ts';
import type { ColumnBatch } from '../../../store/index.ts';

/** Keeps the sources of what it takes, and says whether that was durable when it is told to. */
export class HeldSink implements DurableFlowSink {
  readonly bytes: bigint[] = [];
  readonly accounts: ColumnBatch[] = [];
  readonly waiting = 0;
  /** Resolves what was taken; without it everything is durable at once. */
  held: ((durable: boolean) => void)[] | undefined;

  append(batch: ColumnBatch): Promise<boolean> {
    this.accounts.push(batch);
    return Promise.resolve(true);
  }

  take(rows: FlowRows): void {
    for (let row = 0; row < rows.rows; row++) this.bytes.push(rows.wide.bytes[row] ?? 0n);
  }

  takeDurably(rows: FlowRows): Promise<boolean> {
    this.take(rows);
    const { held } = this;
    return held ? new Promise((resolve) => held.push(resolve)) : Promise.resolve(true);
  }
}

export const noNames: CloudNames = {
  exporter: () => 1,
  name: () => 0,
  network: () => 0,
  reason: () => 0,
};
