import type { ApiMirror } from '../../../src/model/index.ts';
import { formatList } from '../text/format.ts';
import { t } from '../text/text.ts';

/** A mirror in words. */

/** The person behind a name: a user's token is `user/token`, and nobody is two for having one. */
export const personOf = (name: string): string => (name.split('/', 1)[0] ?? '').toLowerCase();

export function packetsText({ networks, peers, protocols }: ApiMirror['policy']): string {
  const parts = [
    ...networks,
    ...(peers.length > 0 ? [t('mirrors.withPeer', { peers: formatList(peers) })] : []),
    ...protocols.map(String),
  ];
  return parts.length === 0 ? t('mirrors.everything') : parts.join(', ');
}

export function collectorText({ collector }: ApiMirror['policy']): string {
  const name = t(`mirrors.collectors.${collector.kind}`);
  if (collector.kind === 'vxlan') return `${name}: ${collector.address} (VNI ${collector.vni})`;
  return collector.kind === 'device' ? `${name}: ${collector.device}` : name;
}

/** What there is left to wait for, in RFC 3339. */
export function nextOf({
  state,
  lapsesAt,
  approved,
  ended,
}: ApiMirror): { what: 'lapses' | 'ends' | 'shreds'; at: string } | undefined {
  if (state === 'proposed') return { what: 'lapses', at: lapsesAt };
  if ((state === 'approved' || state === 'running') && approved) return { what: 'ends', at: approved.endsAt };
  return state === 'ended' && ended && ended.files.length > 0 ? { what: 'shreds', at: ended.shredAt } : undefined;
}
