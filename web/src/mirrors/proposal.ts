import type { MirrorProposal } from '../../../src/model/index.ts';
import { readDuration } from '../charts/duration.ts';

/** What people write into the form, all of it as text. */
export interface ProposalFields {
  interfaces: string;
  networks: string;
  tags: string;
  peers: string;
  protocols: string;
  direction: MirrorProposal['direction'];
  collector: MirrorProposal['collector']['kind'];
  ringMib: string;
  snapBytes: string;
  address: string;
  vni: string;
  device: string;
  duration: string;
  keep: string;
  purpose: string;
}

/** IANA's port of VXLAN (RFC 7348, section 8). */
const vxlanPort = 4789;
const mebibyte = 1_048_576;

export const emptyProposal: ProposalFields = {
  interfaces: '',
  networks: '',
  tags: '',
  peers: '',
  protocols: '',
  direction: 'both',
  collector: 'ring',
  ringMib: '256',
  // Headers, and little of what people say to each other.
  snapBytes: '96',
  address: '',
  vni: '1',
  device: '',
  duration: '10m',
  keep: '1d',
  purpose: '',
};

const wordsOf = (text: string): string[] => text.split(/[\s,]+/).filter((word) => word !== '');

function collectorOf(fields: ProposalFields): MirrorProposal['collector'] {
  if (fields.collector === 'vxlan')
    return { kind: 'vxlan', address: fields.address.trim(), port: vxlanPort, vni: Number(fields.vni) };
  if (fields.collector === 'device') return { kind: 'device', device: fields.device.trim() };
  return { kind: 'ring', sizeBytes: Number(fields.ringMib) * mebibyte, snapBytes: Number(fields.snapBytes) };
}

/** Undefined while something that it needs is missing; whether the rest is right the watcher says. */
export function proposalOf(fields: ProposalFields): MirrorProposal | undefined {
  const [durationMs, keepMs] = [readDuration(fields.duration.trim()), readDuration(fields.keep.trim())];
  const interfaces = wordsOf(fields.interfaces);
  const isWhole = interfaces.length > 0 && fields.purpose.trim() !== '';
  if (!isWhole || durationMs === undefined || keepMs === undefined) return undefined;
  return {
    interfaces,
    networks: wordsOf(fields.networks),
    tags: wordsOf(fields.tags),
    peers: wordsOf(fields.peers),
    protocols: wordsOf(fields.protocols).map((word) =>
      /^\d+$/.test(word) ? Number(word) : (word.toLowerCase() as MirrorProposal['protocols'][number]),
    ),
    direction: fields.direction,
    collector: collectorOf(fields),
    durationMs,
    keepMs,
    purpose: fields.purpose.trim(),
  };
}
