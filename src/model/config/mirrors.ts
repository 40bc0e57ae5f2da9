import { z } from 'zod';
import { readPrefix } from '../prefix.ts';
import { name, size } from '../scalars.ts';

export const prefixSchema = z
  .string()
  .max(50)
  .refine((text) => readPrefix(text) !== undefined, 'expected a network such as 192.0.2.0/24 or 2001:db8::/32');

/** So many networks on each side keep the rules few. */
export const maxMirrorNetworks = 16;

/** Packet mirroring; without this section it is switched off. */
export const mirrorsSchema = z.strictObject({
  tags: z
    .record(name(), z.array(prefixSchema).min(1).max(maxMirrorNetworks))
    .default({})
    .describe('Networks by names, to be mirrored by them.'),
  size: size().prefault('4GiB').describe('Of all captured files on a watcher; a mirror that asks for more is refused.'),
});
export type MirrorSettings = z.output<typeof mirrorsSchema>;
