/**
 * Seeded bugs: each changes one line of the consensus code as people have got it wrong before. They exist only while a
 * test runs: `load.ts` changes the text of one module on its way into memory, and nothing that is shipped knows of it.
 * The simulator must catch every one; that is the proof that its silence about the real code means something.
 */
export interface Mutation {
  /** In small letters and hyphens. */
  name: string;
  protocol: 'pbft' | 'raft';
  /** Below `src`. */
  file: string;
  /** Stands exactly once in the file. */
  find: string;
  replace: string;
}

/** The module's text with the bug. Throws when the line is not there, or not once: then the list is out of date. */
export function mutated(text: string, { name, file, find, replace }: Mutation): string {
  const parts = text.split(find);
  if (parts.length !== 2) throw new Error(`mutation ${name}: its line stands ${parts.length - 1} times in ${file}`);
  return parts.join(replace);
}

/** One in the Byzantine core. */
export function inPbft(name: string, file: string, find: string, replace: string): Mutation {
  return { name, protocol: 'pbft', file: `agree/pbft/${file}`, find, replace };
}
