import { faultBound, type Membership } from '../../model/index.ts';

/** Who says that it doesn't hear whom, and who is silent by that. Values are replaced, never changed in place. */
export interface Presence {
  /** By the member that says it. */
  claims: Readonly<Record<string, readonly string[]>>;
  /** In the order of the watchers. */
  silent: readonly string[];
}

export const allPresent: Presence = { claims: {}, silent: [] };

/** What one member says takes the place of what it said before. */
export function withClaim(
  presence: Presence,
  membership: Membership,
  member: string,
  silent: readonly string[],
): Presence {
  return weighed({ ...presence, claims: { ...presence.claims, [member]: silent } }, membership);
}

/** After a change of members: only members are asked, only watchers are spoken of, and a fresh machine is heard. */
export function withMembers(presence: Presence, membership: Membership, fresh?: string): Presence {
  const known = new Set(membership.watchers.map(({ id }) => id).filter((id) => id !== fresh));
  const claims = membersOf(membership).flatMap((member) => {
    const said = known.has(member) && Object.hasOwn(presence.claims, member) ? presence.claims[member] : undefined;
    return said ? [[member, said.filter((id) => known.has(id))] as const] : [];
  });
  const silent = presence.silent.filter((id) => known.has(id));
  return weighed({ claims: Object.fromEntries(claims), silent }, membership);
}

/**
 * Silent is whom a quorum of the members says it doesn't hear, and from then on until fewer than f + 1 say so: no f
 * members can silence a watcher, and none can keep one silent. Nobody is asked about itself.
 */
function weighed({ claims, silent }: Presence, membership: Membership): Presence {
  const members = membersOf(membership);
  const { enough, some } = needs(membership.protocol, members.length);
  const saying = (id: string) =>
    members.filter((member) => member !== id && Object.hasOwn(claims, member) && claims[member]?.includes(id)).length;
  const now = membership.watchers
    .map(({ id }) => id)
    .filter((id) => saying(id) >= (silent.includes(id) ? some : enough));
  return { claims, silent: now };
}

function needs(protocol: Membership['protocol'], members: number): { enough: number; some: number } {
  if (protocol !== 'pbft') {
    const majority = Math.floor(members / 2) + 1;
    return { enough: majority, some: majority };
  }
  const faults = faultBound(members);
  return { enough: Math.ceil((members + faults + 1) / 2), some: faults + 1 };
}

function membersOf(membership: Membership): string[] {
  return membership.watchers.filter((watcher) => watcher.role === 'member').map(({ id }) => id);
}
