import { maxMirrorNetworks } from './config/mirrors.ts';
import { QwError } from './errors.ts';
import type { MirrorPolicy } from './mirror.ts';
import { maxMirrorRules, mirrorRules } from './mirror-rules.ts';

/**
 * The policy with the networks of its tags among its own. Throws NOT_FOUND for a tag that is not configured, BAD_INPUT for
 * what copies nothing, or everything without saying so, CONFLICT for a loop.
 */
export function resolveMirrorPolicy(
  given: MirrorPolicy,
  tags: Readonly<Record<string, readonly string[]>>,
): MirrorPolicy {
  const policy = { ...given, networks: networksOf(given, tags) };
  checkPolicy(policy);
  return policy;
}

/** What a tag meant when it was asked for is what is approved, whatever the configuration says later. */
function networksOf({ networks, tags }: MirrorPolicy, known: Readonly<Record<string, readonly string[]>>): string[] {
  const all = tags.flatMap((tag) => {
    const found = Object.hasOwn(known, tag) ? known[tag] : undefined;
    if (!found) throw new QwError('NOT_FOUND', `there is no tag named ${JSON.stringify(tag)} in mirrors.tags`);
    return found;
  });
  const each = [...new Set([...networks, ...all])];
  if (each.length > maxMirrorNetworks)
    throw new QwError(
      'BAD_INPUT',
      `a mirror has at most ${maxMirrorNetworks} networks, tags included; found ${each.length}`,
    );
  return each;
}

/** Throws BAD_INPUT for what copies nothing, or everything without saying so. */
function checkPolicy(policy: MirrorPolicy): void {
  const { networks, peers, protocols, collector, interfaces } = policy;
  if (networks.length + peers.length + protocols.length === 0) {
    throw new QwError('BAD_INPUT', 'a mirror names what it wants: networks, tags, peers or protocols', {
      hint: 'all of IP is 0.0.0.0/0 and ::/0, written out',
    });
  }
  const rules = mirrorRules(policy).length;
  if (rules === 0) throw new QwError('BAD_INPUT', 'networks and peers are of different families: no packet has both');
  if (rules > maxMirrorRules)
    throw new QwError('BAD_INPUT', `the filter makes ${rules} rules, at most ${maxMirrorRules} are kept`, {
      hint: 'take fewer or wider networks',
    });
  if (new Set(interfaces).size < interfaces.length) throw new QwError('BAD_INPUT', 'an interface is named twice');
  if (collector.kind === 'device' && interfaces.includes(collector.device)) {
    throw new QwError('CONFLICT', `${collector.device} collects: mirroring it would copy copies for ever`, {
      facts: { loop: collector.device },
    });
  }
}
