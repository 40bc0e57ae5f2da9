import { messageOf, QwError } from '../../model/index.ts';
import type { Disk } from '../../platform/index.ts';
import { describeFile } from './segment-file.ts';
import { isUnfinished, numberIn, type Origin } from './segment-name.ts';
import type { Segment } from './segment-store.ts';

/**
 * The list of segments from their own footers. Throws TELEMETRY_CORRUPT at `where` when a file cannot be read: then a
 * person decides. Rows that were about to be acknowledged may be in it.
 */
export async function rebuild(
  disk: Disk,
  directory: string,
  named: ReadonlyMap<string, Segment>,
  where: string,
): Promise<{ live: Map<string, Segment>; problems: string[] }> {
  const found = new Map<number, Segment & { origin: Origin }>();
  for (const name of await disk.list(directory)) {
    const number = numberIn(name);
    if (number === undefined || isUnfinished(name)) continue;
    try {
      found.set(number, await describeFile(disk, `${directory}/${name}`, name));
    } catch (error) {
      throw new QwError('TELEMETRY_CORRUPT', `the line is damaged, and ${name} too: ${messageOf(error)}`, {
        where,
        cause: error,
      });
    }
  }
  const gone = replacedNumbers(found);
  const live = new Map<string, Segment>();
  for (const [number, { origin: _origin, ...segment }] of found) {
    if (!gone.has(number)) live.set(segment.name, segment);
  }
  const missing = [...named.keys()].filter((name) => {
    const number = numberIn(name) ?? 0;
    return !found.has(number) && !gone.has(number);
  });
  return { live, problems: missing.map((name) => `${directory}/${name}: the segment is missing`) };
}

/** Numbers whose place others took: inputs where all outputs are there, outputs where one is missing beside its inputs. */
function replacedNumbers(found: ReadonlyMap<number, { origin: Origin }>): Set<number> {
  const gone = new Set<number>();
  const everReplaced = new Set([...found.values()].flatMap(({ origin }) => origin.replaces));
  for (const [number, { origin }] of [...found].sort(([a], [b]) => b - a)) {
    const isComplete = origin.outputs.every((output) => found.has(output) || everReplaced.has(output));
    const isInputThere = origin.replaces.some((input) => found.has(input));
    if (isComplete || !isInputThere) for (const input of origin.replaces) gone.add(input);
    else gone.add(number);
  }
  return gone;
}
