import { QwError } from '../model/index.ts';

/** `host`, `host:port`, `[v6]`, `[v6]:port` or a bare v6 address. */
const written =
  /^(?:\[([^\]\s]+)\](?::(\d{1,5}))?|([^:[\]\s]+)(?::(\d{1,5}))?|([0-9a-fA-F:.]*:[0-9a-fA-F:.]*:[0-9a-fA-F:.]*))$/;

/** One address a member; members on the same host without a port of their own get one port after the other. */
export function addressesOf(hosts: readonly string[], count: number, basePort: number): string[] {
  const next = new Map<string, number>();
  const addresses = spread(hosts, count, '--hosts').map((given) => {
    const [match, bracketed, bracketedPort, plain, plainPort, bare] = written.exec(given) ?? [];
    const host = bracketed ?? plain ?? bare ?? '';
    if (match === undefined) throw new QwError('BAD_INPUT', `expected HOST or HOST:PORT, found ${given || 'nothing'}`);
    const shown = host.includes(':') ? `[${host}]` : host;
    const port = bracketedPort ?? plainPort;
    if (port !== undefined) return `${shown}:${port}`;
    const free = next.get(host) ?? basePort;
    next.set(host, free + 1);
    return `${shown}:${free}`;
  });
  const twice = addresses.find((address, index) => addresses.indexOf(address) < index);
  if (twice !== undefined) throw new QwError('BAD_INPUT', `two members cannot both be at ${twice}`);
  return addresses;
}

/** One value for all, or one for each. */
export function spread(values: readonly string[], count: number, option: string): string[] {
  if (values.length === 1) return Array.from({ length: count }, () => values[0]?.trim() ?? '');
  if (values.length === count) return values.map((value) => value.trim());
  throw new QwError('BAD_INPUT', `${option} has ${values.length} values for ${count} watchers`, {
    hint: `give one for all, or ${count}`,
  });
}
