import { closeSync, mkdtempSync, openSync, readFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateDatagrams, type GenerateOptions } from '../../src/observe/flows/index.ts';

/** Datagrams in a file, so that whoever sends them need not make them meanwhile. */
export interface Load {
  file: string;
  records: number;
  datagrams: number;
  /** What the flows carried. */
  packets: number;
  octets: number;
}

const headBytes = 12;
const piecesAtOnce = 2000;

export const scratch = (name: string): string => mkdtempSync(join(tmpdir(), `qw-bench-flows-${name}-`));

export function makeLoad(folder: string, options: GenerateOptions): Load {
  const file = join(folder, `${options.format}-${options.records}-${options.recordsOfDatagram ?? 'full'}`);
  const load = { file, records: 0, datagrams: 0, packets: 0, octets: 0 };
  const output = openSync(file, 'w');
  let pieces: Uint8Array[] = [];
  for (const { bytes, at, records, packets, octets } of generateDatagrams(options)) {
    const head = Buffer.alloc(headBytes);
    head.writeUInt32LE(bytes.length);
    head.writeDoubleLE(at, 4);
    pieces.push(head, bytes);
    load.records += records;
    load.datagrams++;
    load.packets += packets;
    load.octets += octets;
    if (pieces.length < piecesAtOnce) continue;
    writeSync(output, Buffer.concat(pieces));
    pieces = [];
  }
  writeSync(output, Buffer.concat(pieces));
  closeSync(output);
  return load;
}

export function* datagramsOf(file: string): Generator<{ bytes: Buffer; at: number }> {
  const content = readFileSync(file);
  for (let at = 0; at < content.length;) {
    const length = content.readUInt32LE(at);
    const from = at + headBytes;
    yield { bytes: content.subarray(from, from + length), at: content.readDoubleLE(at + 4) };
    at = from + length;
  }
}
