/** Who belongs to a cluster, from when on, and who may change it. */

/** How the members order requests. */
export type Protocol = 'solo' | 'raft' | 'pbft';

/** A watcher as the cluster knows it. */
export interface MemberRecord {
  /** 1, 2, 3, …; never given to another watcher or another key in the life of a cluster. */
  number: number;
  /** The watcher's name; unique within the cluster. */
  id: string;
  /** Ed25519, 64 hexadecimal digits. */
  publicKey: string;
  /** Where other watchers reach it, `host:port`; empty when it only calls others. */
  address: string;
  /** Members vote; observers only send observations and follow the ledger. */
  role: 'member' | 'observer';
  site: string;
  labels?: Readonly<Record<string, string>>;
}

/** What an operator wants to be otherwise. Those who join are observers until they are promoted. */
export type MembershipChange =
  | { type: 'add'; watcher: Pick<MemberRecord, 'id' | 'publicKey' | 'address' | 'site' | 'labels'> }
  /** Observers become members, all at once, in one new epoch. */
  | { type: 'promote'; ids: readonly string[] }
  | { type: 'demote'; ids: readonly string[] }
  | { type: 'remove'; ids: readonly string[] }
  /** The watcher gets a new key, and with it a new number. */
  | { type: 'rotate'; id: string; publicKey: string }
  /** Another machine takes the place of one that is lost, under the same name and role. */
  | { type: 'replace'; id: string; watcher: Pick<MemberRecord, 'publicKey' | 'address'> }
  | { type: 'move'; id: string; address: string };

/** Members and observers in force. The epoch rises when the voting members, their keys or the protocol change. */
export interface Membership {
  epoch: number;
  protocol: Protocol;
  /** In the order of their numbers. */
  watchers: readonly MemberRecord[];
  nextNumber: number;
}

/** The ledger entry of a change: what was asked, by whom, and what is in force from then on. */
export interface MembershipBody extends Membership {
  change: MembershipChange;
  /** Absent where a watcher that ran alone decided. */
  authority?: Authority;
}

/**
 * An operator's signature on a request that members may not make on their own. It covers network, kind, `base` and the
 * content, so it is good for one place in the history of one cluster.
 */
export interface Authority {
  /** Name in the genesis. */
  operator: string;
  /** Ledger position of what the request replaces; 0 for none. */
  base: number;
  /** Ed25519 over `operatorStatement`, base64. */
  signature: string;
}

/**
 * The text that an operator signs; `content` is canonical JSON, of the configuration's document or of the membership
 * change. `base` is the ledger position of the configuration or membership in force, 0 before the first. `network` is the genesis' hash in hexadecimal digits. */
export function operatorStatement(
  network: string,
  kind: 'configure' | 'membership',
  base: number,
  content: string,
): string {
  return `quorumwatch operator 1\n${network}\n${kind}\n${base}\n${content}`;
}
