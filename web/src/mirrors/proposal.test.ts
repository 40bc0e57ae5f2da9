import { expect, test } from 'vitest';
import { mirrorProposalSchema } from '../../../src/model/index.ts';
import { emptyProposal, proposalOf } from './proposal.ts';
import { personOf } from './words.ts';

const whole = { ...emptyProposal, interfaces: 'eth0', purpose: ' ticket 4711 ', networks: '10.1.0.0/24, 10.2.0.0/24' };

test.each([
  ['ring', { kind: 'ring', sizeBytes: 268_435_456, snapBytes: 96 }],
  ['vxlan', { kind: 'vxlan', address: '10.3.0.2', port: 4789, vni: 7 }],
  ['device', { kind: 'device', device: 'ids0' }],
] as const)('a proposal that collects by %s is one that the API takes', (collector, expected) => {
  const fields = { ...whole, collector, address: ' 10.3.0.2', vni: '7', device: 'ids0', protocols: 'TCP 47' };
  const proposal = proposalOf(fields);
  expect(mirrorProposalSchema.parse(proposal)).toEqual({
    interfaces: ['eth0'],
    networks: ['10.1.0.0/24', '10.2.0.0/24'],
    tags: [],
    peers: [],
    protocols: ['tcp', 47],
    direction: 'both',
    collector: expected,
    durationMs: 600_000,
    keepMs: 86_400_000,
    purpose: 'ticket 4711',
  });
});

test('nothing is proposed without an interface, a purpose and a time', () => {
  for (const missing of [{ interfaces: ' ' }, { purpose: ' ' }, { duration: 'long' }, { keep: '' }])
    expect(proposalOf({ ...whole, ...missing })).toBeUndefined();
});

test('nobody is two people for having a token', () => {
  expect([personOf('Maria/laptop'), personOf('maria')]).toEqual(['maria', 'maria']);
});
