import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import {
  describeDatagram,
  TemplateMemory,
  type DescribedMessage,
  type DescribedValue,
} from '../../src/observe/flows/decode/describe.ts';
import { readCapture, type CapturedDatagram } from '../../src/observe/flows/pcap.ts';

/** Captures of other projects and of a lab, with what each must yield; they lie beside the clone and are no part of it. */
const fixtures = join(process.env['QW_FIXTURES'] ?? resolve(import.meta.dirname, '../../../shared/fixtures'), 'flow');

export const fixturesMissing = existsSync(fixtures) ? undefined : `fixtures not found (${fixtures})`;

export function readText(path: string): string {
  return readFileSync(join(fixtures, path), 'utf8');
}

export function readBytes(path: string): Buffer {
  return readFileSync(join(fixtures, path));
}

export function isThere(path: string): boolean {
  return existsSync(join(fixtures, path));
}

/** Files below a folder whose names end so, as paths from the fixtures, in order. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(fixtures, folder))
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      if (statSync(join(fixtures, path)).isDirectory()) return filesBelow(path, ending);
      return name.endsWith(ending) ? [path] : [];
    });
}

export function datagramsOf(capture: string): CapturedDatagram[] {
  return [...readCapture(readBytes(capture))];
}

/** The messages of each datagram. */
export function describedMessages(datagrams: readonly CapturedDatagram[]): DescribedMessage[][] {
  const memory = new TemplateMemory();
  return datagrams.map(({ payload, source }) => describeDatagram(payload, source, memory));
}

export type OurRecord = Readonly<Record<string, DescribedValue>>;

export function recordsOf(message: DescribedMessage): OurRecord[] {
  return message.sets.flatMap((set) => ('values' in set ? set.values : []));
}
