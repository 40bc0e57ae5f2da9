/** The collector, as small as it can be; a test holds it against the configuration's schema. */
export const exampleYaml = `flows:
  listen:
    - udp:0.0.0.0:2055              # NetFlow v5, v9, IPFIX
    - udp:0.0.0.0:6343              # sFlow
  exporters:                        # names for what sends; without them it is known by its address
    - name: edge
      addresses: [192.0.2.1]
`;

/** What a GiB that leaves costs; a filter each, of which the first that fits counts. */
export const pricesYaml = `flows:
  prices:
    currency: EUR
    per-GiB:
      - { to: dst country DE, price: 0.02 }
      - { to: dst net 192.0.2.0/24, price: 0 }
    otherwise: 0.08
`;

export const exporterKinds = ['softflowd', 'routeros', 'cisco', 'sflow'] as const;
export type ExporterKind = (typeof exporterKinds)[number];

const endpoint = (host: string, port: number) => (host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`);

/** What has to be said to an exporter so that it sends here. `host` and `port` are where the collector listens. */
export const exporterLines: Readonly<Record<ExporterKind, (host: string, port: number) => string>> = {
  softflowd: (host, port) => `softflowd -i eth0 -v 10 -n ${endpoint(host, port)} -t maxlife=60`,
  routeros: (
    host,
    port,
  ) => `/ip traffic-flow set enabled=yes interfaces=all active-flow-timeout=1m inactive-flow-timeout=15s
/ip traffic-flow target add dst-address=${host} port=${port} version=ipfix`,
  cisco: (host, port) => `flow record QW
 match ipv4 protocol
 match ipv4 source address
 match ipv4 destination address
 match transport source-port
 match transport destination-port
 match interface input
 collect interface output
 collect counter bytes long
 collect counter packets long
 collect timestamp sys-uptime first
 collect timestamp sys-uptime last
flow exporter QW
 destination ${host}
 transport udp ${port}
 export-protocol netflow-v9
 template data timeout 60
flow monitor QW
 record QW
 exporter QW
 cache timeout active 60
interface GigabitEthernet0/0
 ip flow monitor QW input`,
  sflow: (host, port) =>
    `ovs-vsctl -- --id=@s create sflow agent=eth0 target=\\"${endpoint(host, port)}\\" sampling=400 polling=20 -- set bridge br0 sflow=@s`,
};

/** sFlow's own port (IANA); whoever listens there as well means it for sFlow. */
const sflowPort = 6343;
const usualPort = 2055;

/** Where exporters may send to, of what the collector listens on: `udp:HOST:PORT`. All addresses are this page's host. */
export function targetOf(
  listening: readonly string[],
  pageHost: string,
  kind: ExporterKind,
): { host: string; port: number } {
  const found = listening.flatMap((text) => {
    const [, host = '', port = ''] = /^udp:(.+):(\d+)$/.exec(text) ?? [];
    return port === '' ? [] : [{ host: host.replaceAll(/[[\]]/g, ''), port: Number(port) }];
  });
  const isSflow = kind === 'sflow';
  const fits = found.find(({ port }) => (port === sflowPort) === isSflow) ?? found[0];
  if (!fits) return { host: pageHost, port: isSflow ? sflowPort : usualPort };
  const isAny = fits.host === '0.0.0.0' || fits.host === '::';
  return { host: isAny ? pageHost : fits.host, port: fits.port };
}
