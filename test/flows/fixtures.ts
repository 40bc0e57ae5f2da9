import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { readCapture, type CapturedDatagram } from '../../src/observe/flows/pcap.ts';
import { root } from '../support/shared.ts';

/** Captures of other projects and of a lab, which lie beside the clone and are no part of it. */
export const fixtures = join(root, '../shared/fixtures/flow');

export const fixturesMissing = existsSync(fixtures) ? undefined : `${fixtures} is not there`;

export function datagramsOf(file: string): CapturedDatagram[] {
  return [...readCapture(readFileSync(join(fixtures, file)))];
}

/** Files below a folder whose names end so, as paths from the fixtures. */
export function filesBelow(folder: string, ending: string): string[] {
  return readdirSync(join(fixtures, folder)).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(join(fixtures, path)).isDirectory()) return filesBelow(path, ending);
    return name.endsWith(ending) ? [path] : [];
  });
}
