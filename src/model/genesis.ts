import { z } from 'zod';
import { canonicalJson } from './canonical.ts';
import type { Membership } from './membership.ts';

/**
 * Where a cluster begins: its name, its first members and its operators. Every member holds the same file, and whoever
 * holds it needs nothing else to check what the cluster says later. Its hash names the network in every signature.
 */
export interface Genesis extends Membership {
  format: 1;
  cluster: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  /** Random, so that no two clusters have the same genesis; 32 hexadecimal digits. */
  nonce: string;
  /** Who may change configuration and membership. */
  operators: readonly { name: string; publicKey: string }[];
}

const key = z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits');
const name = z.string().regex(/^[a-z0-9][a-z0-9-]{0,61}[a-z0-9]$/, 'expected small letters, digits and hyphens');

export const memberRecordSchema = z.strictObject({
  number: z.int().min(1).max(0xffff_ffff),
  id: name,
  publicKey: key,
  address: z.string().max(300),
  role: z.enum(['member', 'observer']),
  site: z.string().max(200),
  labels: z.record(z.string().max(200), z.string().max(200)).optional(),
});

export const genesisSchema = z.strictObject({
  format: z.literal(1),
  cluster: z.string().min(1).max(200),
  createdAt: z.int().min(0),
  nonce: z.string().regex(/^[0-9a-f]{32}$/),
  operators: z.array(z.strictObject({ name: z.string().min(1).max(200), publicKey: key })).max(64),
  epoch: z.literal(1),
  protocol: z.enum(['solo', 'raft', 'pbft']),
  watchers: z.array(memberRecordSchema).min(1).max(64),
  nextNumber: z.int().min(2),
});

/** What is hashed: SHA-256 of its UTF-8 bytes, in hexadecimal digits, is the network's name in signatures. */
export function genesisText(genesis: Genesis): string {
  return canonicalJson(genesis);
}
