import type { NetworkChange, NextHop, Route, Rule } from './objects.ts';

/** A change as a command for a shell: for dry runs and receipts. */
export function commandLine(change: NetworkChange): string {
  return `ip -${familyOfChange(change)} ${commandText(change)}`;
}

/** A change as a line of `ip -batch`, which knows its family. */
export function commandText(change: NetworkChange): string {
  if ('route' in change) return `route ${verb(change.do)} ${routeText(change.route)}`;
  if ('rule' in change) return `rule ${verb(change.do)} ${ruleText(change.rule)}`;
  return `nexthop ${verb(change.do)} ${nextHopText(change.nextHop, change.do === 'remove')}`;
}

/** Which of IPv4 and IPv6 the line is for: `ip -4` or `ip -6`. */
export function familyOfChange(change: NetworkChange): 4 | 6 {
  return 'route' in change ? change.route.family : 'rule' in change ? change.rule.family : change.nextHop.family;
}

const verb = (what: NetworkChange['do']) => (what === 'remove' ? 'del' : what);

function routeText(route: Route): string {
  const words = [route.destination];
  if (route.nextHopId !== undefined) words.push(`nhid ${route.nextHopId}`);
  if (route.gateway !== undefined) words.push(`via ${route.gateway}`);
  if (route.device !== undefined) words.push(`dev ${route.device}`);
  words.push(`table ${route.table}`, `proto ${route.protocol}`);
  if (route.metric > 0) words.push(`metric ${route.metric}`);
  if (route.preferredSource !== undefined) words.push(`src ${route.preferredSource}`);
  if (route.gateway !== undefined && route.device !== undefined) words.push('onlink');
  for (const { gateway, device, weight } of route.hops ?? []) {
    const onLink = gateway === undefined ? '' : ' onlink';
    words.push(`nexthop ${gateway === undefined ? '' : `via ${gateway} `}dev ${device} weight ${weight}${onLink}`);
  }
  return words.join(' ');
}

function ruleText(rule: Rule): string {
  const words = [`priority ${rule.priority}`, `from ${rule.from ?? 'all'}`];
  if (rule.to !== undefined) words.push(`to ${rule.to}`);
  if (rule.mark !== undefined) {
    const mask = rule.markMask === undefined ? '' : `/0x${rule.markMask.toString(16)}`;
    words.push(`fwmark 0x${rule.mark.toString(16)}${mask}`);
  }
  if (rule.incoming !== undefined) words.push(`iif ${rule.incoming}`);
  if (rule.outgoing !== undefined) words.push(`oif ${rule.outgoing}`);
  words.push(`lookup ${rule.table}`);
  if (rule.suppressPrefixLength !== undefined) words.push(`suppress_prefixlength ${rule.suppressPrefixLength}`);
  words.push(`protocol ${rule.protocol}`);
  return words.join(' ');
}

function nextHopText({ id, gateway, device, group, protocol }: NextHop, removal: boolean): string {
  if (removal) return `id ${id}`;
  const words = [`id ${id}`];
  if (group) words.push(`group ${group.map((member) => `${member.id},${member.weight}`).join('/')}`);
  if (gateway !== undefined) words.push(`via ${gateway}`);
  if (device !== undefined) words.push(`dev ${device}`);
  words.push(`proto ${protocol}`);
  return words.join(' ');
}
