import type { EpochMs } from '../model/index.ts';
import { formatInstant } from '../model/index.ts';
import { stringify } from 'yaml';

/** What was found on this machine, as `discoverNetwork` of the platform reports it. */
export interface FoundNetwork {
  gateways: readonly { address: string; family: 4 | 6; device: string }[];
  resolvers: readonly string[];
}

export interface DiscoveryOptions {
  site: string;
  /** Host and port of this watcher's own HTTP. */
  listen: { host: string; port: number };
  network: FoundNetwork;
  at: EpochMs;
}

interface DiscoveredCheck {
  name: string;
  host: string;
  type: string;
  [key: string]: unknown;
}

/**
 * The first configuration: only what this machine uses already. A resolver is asked for the root name servers, which any
 * recursive resolver knows without telling a third party who asks; a refusal is an answer too.
 */
export function discoveredConfiguration(options: DiscoveryOptions): string {
  const { network, listen } = options;
  const common = { interval: '5s', timeout: '1s' };
  const checks: DiscoveredCheck[] = [];
  for (const gateway of network.gateways) {
    checks.push({
      name: unique(`gateway ${gateway.address}`, checks),
      comment: `default gateway, IPv${gateway.family}, through ${gateway.device}`,
      host: gateway.address,
      type: 'icmp',
      ...common,
      'packet-count': 5,
      labels: { role: 'gateway' },
    });
  }
  const first = checks[0]?.name;
  for (const resolver of network.resolvers) {
    const local = /^(127\.|::1$)/.test(resolver);
    checks.push({
      name: unique(`resolver ${resolver}`, checks),
      comment: 'name server of this machine; asked for the root name servers',
      host: '.',
      type: 'dns',
      'record-type': 'NS',
      'dns-server': resolver,
      rcodes: ['NOERROR', 'NXDOMAIN', 'REFUSED'],
      ...common,
      ...(first !== undefined && !local && network.gateways.length === 1 ? { 'depends-on': [first] } : {}),
      labels: { role: 'resolver' },
    });
  }
  checks.push({
    name: 'this watcher',
    comment: 'its own page and API',
    host: /^(0\.0\.0\.0|\[?::\]?)$/.test(listen.host) ? '127.0.0.1' : listen.host.replaceAll(/[[\]]/g, ''),
    type: 'http-get',
    port: listen.port,
    path: '/healthz',
    ...common,
    labels: { role: 'watcher' },
  });
  const head = [
    `# Written by quorumwatch on ${formatInstant(options.at)} from what this machine uses: gateways, resolvers, itself.`,
    '# Change it as you like: `quorumwatch check` explains mistakes, `quorumwatch plan` shows what would change,',
    '# `quorumwatch apply` puts it in force. Every option: docs/reference/configuration.md',
  ];
  return `${head.join('\n')}\n${stringify({ site: options.site, watch: checks }, { lineWidth: 110 })}`;
}

function unique(name: string, checks: readonly DiscoveredCheck[]): string {
  const taken = new Set(checks.map((check) => check.name));
  let candidate = name;
  for (let i = 2; taken.has(candidate); i++) candidate = `${name} (${i})`;
  return candidate;
}
