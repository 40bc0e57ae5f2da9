/** A file that was chosen or dropped. */
export interface Given {
  name: string;
  bytes: Uint8Array;
}

export type Role = 'genesis' | 'certificate';

/** Which of the two a dropped file is; what is neither is judged as a certificate, and refused with the reason. */
export function roleOf({ bytes }: Given): Role {
  const value = parse(bytes);
  const isGenesis = typeof value === 'object' && value !== null && 'watchers' in value && 'operators' in value;
  return isGenesis ? 'genesis' : 'certificate';
}

/** The document of a JSON file; undefined when it is none. */
export function parse(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(bytes));
  } catch {
    return undefined;
  }
}

/** More than any certificate may have is not read into memory; the verifier refuses what was read of it by its size. */
export async function readGiven(file: File, mostBytes: number): Promise<Given> {
  return { name: file.name, bytes: new Uint8Array(await file.slice(0, mostBytes + 1).arrayBuffer()) };
}
