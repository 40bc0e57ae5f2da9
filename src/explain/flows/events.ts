import { flowKinds } from '../../model/index.ts';

/** Events of records that tell of no traffic: NAT (RFC 8158, section 4.3) and firewalls (IPFIX element 233). */
const natEvents = [
  [1, 'nat-create'],
  [2, 'nat-delete'],
  [3, 'nat-addresses-exhausted'],
  [4, 'nat44-create'],
  [5, 'nat44-delete'],
  [6, 'nat64-create'],
  [7, 'nat64-delete'],
  [8, 'nat44-binding-create'],
  [9, 'nat44-binding-delete'],
  [10, 'nat64-binding-create'],
  [11, 'nat64-binding-delete'],
  [12, 'nat-ports-exhausted'],
  [13, 'nat-quota-exceeded'],
  [14, 'nat-address-binding-create'],
  [15, 'nat-address-binding-delete'],
  [16, 'nat-port-block-allocation'],
  [17, 'nat-port-block-release'],
  [18, 'nat-threshold-reached'],
] as const;
const firewallEvents = [
  [0, 'firewall-ignore'],
  [1, 'firewall-created'],
  [2, 'firewall-deleted'],
  [3, 'firewall-denied'],
  [4, 'firewall-alert'],
  [5, 'firewall-update'],
] as const;

const codeOf = (kind: 'nat' | 'firewall', event: number): number => flowKinds.indexOf(kind) * 256 + event;

/** By name the place of its kind in `flowKinds` times 256, and its number; below 256 is an event of any kind. */
export const eventNames: ReadonlyMap<string, number> = new Map([
  ...natEvents.map(([event, name]) => [name, codeOf('nat', event)] as const),
  ...firewallEvents.map(([event, name]) => [name, codeOf('firewall', event)] as const),
]);

const names = new Map([...eventNames].map(([name, code]) => [code, name]));

export const eventName = (kind: number, event: number): string | undefined => names.get(kind * 256 + event);
