import type { numbers } from '../../src/agree/pbft/cluster.fixture.ts';

type Pick = ReturnType<typeof numbers>;

/** Numbers that lie at the edge of something. */
const edges = [0, 1, 2, 0x7f, 0x80, 0xff, 0xffff, 0x7fff_ffff, 0xffff_ffff];

/** A text or record, changed in one to four places as transmission, rot and malice would; never the same bytes object. */
export function mutate(original: Uint8Array, corpus: readonly Uint8Array[], pick: Pick): Buffer {
  let bytes: Buffer = Buffer.from(original);
  for (let changes = 1 + pick(4); changes > 0; changes--) bytes = change(bytes, corpus, pick);
  return bytes;
}

function change(bytes: Buffer, corpus: readonly Uint8Array[], pick: Pick): Buffer {
  const at = bytes.length === 0 ? 0 : pick(bytes.length);
  switch (pick(9)) {
    case 0:
      if (bytes.length > 0) bytes[at] = (bytes[at] ?? 0) ^ (1 << pick(8));
      return bytes;
    case 1:
      if (bytes.length > 0) bytes[at] = edges[pick(6)] ?? 0;
      return bytes;
    case 2:
      if (bytes.length >= at + 4) bytes.writeUInt32BE(edges[pick(edges.length)] ?? 0, at);
      return bytes;
    case 3:
      if (bytes.length >= at + 2) bytes.writeUInt16BE(pick(0x10000), at);
      return bytes;
    case 4:
      return bytes.subarray(0, at);
    case 5:
      return Buffer.concat([bytes, Buffer.alloc(1 + pick(64), pick(256))]);
    case 6: {
      const other = corpus[pick(corpus.length)] ?? bytes;
      return Buffer.concat([bytes.subarray(0, at), other.subarray(pick(other.length + 1))]);
    }
    case 7: {
      const end = at + 1 + pick(32);
      return Buffer.concat([bytes.subarray(0, end), bytes.subarray(at, end), bytes.subarray(end)]);
    }
    default: {
      const end = at + 1 + pick(32);
      return Buffer.concat([bytes.subarray(0, at), bytes.subarray(end)]);
    }
  }
}

/** How many inputs to try: few in an ordinary run, as many as `QW_FUZZ_INPUTS` says in a long one. */
export function inputs(usual: number): number {
  const wanted = Number(process.env['QW_FUZZ_INPUTS'] ?? usual);
  return Number.isFinite(wanted) && wanted > 0 ? wanted : usual;
}

/** Where the generated inputs begin: the same each time unless `QW_FUZZ_SEED` says otherwise. */
export const fuzzSeed = Number(process.env['QW_FUZZ_SEED'] ?? 1);
