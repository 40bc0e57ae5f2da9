import type { IpFamily } from '../../model/index.ts';
import type { MarkFilter } from '../../platform/index.ts';

/** What is done by other means than a program, as the command that would do it. */

export function nftCommand(script: string): string {
  return `nft -f - <<'END'\n${script.trimEnd()}\nEND`;
}

export function settingCommand({ path, after }: { path: string; after: string }): string {
  return `sysctl -w net/${path}=${after}`;
}

/** Connections with that mark are forgotten. */
export function forgetCommand(family: IpFamily, { mark, mask }: MarkFilter): string {
  return `conntrack -D -f ipv${family} -m 0x${mark.toString(16)}/0x${mask.toString(16)}`;
}
