import { z } from 'zod';
import type { ProgramResult } from '../../platform/index.ts';
import type { Command } from './commands.ts';
import type { LinkFacts } from './loops.ts';

export type RunProgram = (command: Command) => Promise<ProgramResult>;

const shape = z
  .array(
    z.object({
      ifname: z.string(),
      flags: z.array(z.string()).default([]),
      link: z.string().nullish(),
      link_netnsid: z.number().optional(),
      master: z.string().optional(),
    }),
  )
  .min(1);
/** Devices stand upon others; more than so many are a circle. */
const maxDepth = 8;

/** These interfaces and what they stand upon, as `ip` tells; those that are not there are left out. */
export async function readLinks(run: RunProgram, devices: Iterable<string>): Promise<Map<string, LinkFacts>> {
  const found = new Map<string, LinkFacts>();
  let wanted = new Set(devices);
  for (let depth = 0; depth < maxDepth && wanted.size > 0; depth++) {
    const next = new Set<string>();
    for (const device of wanted) {
      const facts = await readLink(run, device);
      if (!facts) continue;
      found.set(device, facts);
      if (facts.link !== undefined && !found.has(facts.link)) next.add(facts.link);
    }
    wanted = next;
  }
  return found;
}

async function readLink(run: RunProgram, device: string): Promise<LinkFacts | undefined> {
  const { exitCode, output } = await run(['ip', '-json', 'link', 'show', 'dev', device]);
  if (exitCode !== 0) return undefined;
  const [facts] = shape.parse(JSON.parse(output));
  if (!facts) return undefined;
  const { flags, link, link_netnsid: elsewhere, master } = facts;
  return {
    device,
    up: flags.includes('UP'),
    ...(typeof link === 'string' && elsewhere === undefined && { link }),
    ...(master !== undefined && { master }),
  };
}
