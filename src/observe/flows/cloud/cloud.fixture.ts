import {
  addressText,
  byteMeanings,
  flowKinds,
  flowReporters,
  samplingSources,
  type CloudFormat,
} from '../../../model/index.ts';
import type { ColumnBatch } from '../../../store/index.ts';
import type { FlowRows } from '../decode/flow-rows.ts';
import type { NamedExporter } from '../names.ts';
import { CloudLogReader } from './reader.ts';
import type { CloudNames } from './record.ts';

/** Numbers for names, as the book of names gives them. */
export class PlainNames implements CloudNames {
  readonly texts: string[] = [''];

  exporter({ address, protocol, domain }: NamedExporter): number {
    return this.#number(`${protocol} ${address} ${domain}`);
  }

  name(text: string): number {
    return this.#number(text);
  }

  network(text: string): number {
    return this.#number(text);
  }

  reason(text: string): number {
    return this.#number(text);
  }

  #number(text: string): number {
    const known = this.texts.indexOf(text);
    return known >= 0 ? known : this.texts.push(text) - 1;
  }
}

/** Columns of a row as people read them; what is 0 is left out. */
export type PlainRow = Record<string, string | number>;

const numbered = /^(exporter|reason|(source|destination)_(name|network))$/;
const enumerations: Readonly<Record<string, readonly string[]>> = {
  kind: flowKinds,
  reporter: flowReporters,
  bytes_of: byteMeanings,
  sampling_from: samplingSources,
};

function plainRows(rows: FlowRows, names: PlainNames): PlainRow[] {
  return Array.from({ length: rows.rows }, (_, row) => {
    const plain: PlainRow = {};
    for (const [name, column] of Object.entries(rows.narrow)) {
      const value = column[row] as number;
      const words = enumerations[name];
      if (words) plain[name] = words[value] ?? value;
      else if (numbered.test(name)) plain[name] = names.texts[value] ?? value;
      else if (name.endsWith('_country') && value > 0) plain[name] = String.fromCharCode(value >> 8, value & 255);
      else plain[name] = value;
    }
    for (const name of ['ts', 'bytes', 'packets'] as const) plain[name] = Number(rows.wide[name][row]);
    for (const name of ['source', 'destination', 'nat_source', 'next_hop'] as const) {
      plain[name] = addressOf(rows.wide[`${name}_high`][row] ?? 0n, rows.wide[`${name}_low`][row] ?? 0n);
    }
    return Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== 0 && value !== ''));
  });
}

function addressOf(high: bigint, low: bigint): string {
  return high === 0n && low === 0n ? '' : addressText({ high, low });
}

export function readLog(
  format: CloudFormat,
  log: string | Uint8Array,
  { formatString, receivedAt = 0 }: { formatString?: string; receivedAt?: number } = {},
) {
  const names = new PlainNames();
  const rows: PlainRow[] = [];
  const reader = new CloudLogReader({
    format,
    names,
    ...(formatString !== undefined && { formatString }),
    onRows: (full) => rows.push(...plainRows(full, names)),
  });
  reader.write(typeof log === 'string' ? new TextEncoder().encode(log) : log, receivedAt);
  reader.end();
  reader.flush();
  return { rows, counts: reader.counts, malformed: Object.fromEntries(reader.counts.malformed) };
}

/** Rows of a batch with the columns that are not 0. */
export function columnText({ columns, rows }: ColumnBatch): Record<string, number>[] {
  return Array.from({ length: rows }, (_, row) => {
    const values = Object.entries(columns).map(([name, column]) => [name, Number(column[row])] as const);
    return Object.fromEntries(values.filter(([, value]) => value !== 0));
  });
}
