import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { QwError } from '../../../model/index.ts';
import { commandText, familyOfChange } from './command-text.ts';
import type { PacketCounts } from './link-codec.ts';
import type { KernelNetwork, RouteAnswer, RouteQuestion } from './kernel-network.ts';
import type { NetlinkRefusal } from './netlink-socket.ts';
import type { AddressFamily, NetworkAddress, NetworkChange, NetworkLink, Route, Rule } from './objects.ts';

/** A hanging `ip` must not hold the watch. */
const timeoutMs = 2000;
const largestOutputBytes = 64 * 1024 * 1024;

type Fields = Record<string, unknown>;

/**
 * The kernel's network through the program `ip` (iproute2), where netlink sockets cannot be opened: milliseconds
 * instead of microseconds for each call, with the same meaning. Throws UNSUPPORTED where there is no `ip`.
 */
export class IpNetwork implements KernelNetwork {
  readonly method = 'ip';
  readonly #program: string;

  constructor(program = 'ip') {
    this.#program = program;
    this.links();
  }

  links(): NetworkLink[] {
    return this.#list(['-details', 'link', 'show']).map((row) => {
      const flags = strings(row['flags']);
      const kind = fields(row['linkinfo'])['info_kind'];
      return {
        index: number(row['ifindex']),
        device: text(row['ifname']),
        up: flags.includes('UP'),
        carrier: flags.includes('LOWER_UP'),
        mtuBytes: number(row['mtu']),
        ...(typeof kind === 'string' && { kind }),
      };
    });
  }

  addresses(): NetworkAddress[] {
    return this.#list(['address', 'show']).flatMap((row) =>
      rows(row['addr_info']).map((one) => ({
        family: one['family'] === 'inet6' ? (6 as const) : (4 as const),
        device: text(row['ifname']),
        address: text(one['local']),
        prefixLength: number(one['prefixlen']),
        usable: one['tentative'] !== true && one['deprecated'] !== true && one['dadfailed'] !== true,
      })),
    );
  }

  routes(family: AddressFamily, table?: number): Route[] {
    const which = table === undefined ? 'all' : String(table);
    const list = this.#list([`-${family}`, '-N', '-details', 'route', 'show', 'table', which], table !== undefined);
    return list
      .filter((row) => row['cache'] === undefined)
      .map((row) => routeOf({ ...(table !== undefined && { table }), ...row }, family));
  }

  rules(family: AddressFamily): Rule[] {
    return this.#list([`-${family}`, '-N', '-details', 'rule', 'show'])
      .filter((row) => row['table'] !== undefined)
      .map((row) => ruleOf(row, family));
  }

  lookup({ family, destination, outgoing, mark }: RouteQuestion): RouteAnswer | undefined {
    const words = [`-${family}`, '-N', '-details', 'route', 'get', destination];
    if (outgoing !== undefined) words.push('oif', outgoing);
    if (mark !== undefined) words.push('mark', String(mark));
    const [row] = this.#list(words, true);
    if (!row) return undefined;
    const route = routeOf(row, family);
    return {
      table: route.table,
      ...(route.gateway !== undefined && { gateway: route.gateway }),
      ...(route.device !== undefined && { device: route.device }),
    };
  }

  counts(device: string): PacketCounts | undefined {
    // This file follows the network namespace of the process; /sys/class/net does not.
    for (const line of readFileSync('/proc/self/net/dev', 'utf8').split('\n')) {
      const [name, counters] = line.split(':');
      const columns = counters?.trim().split(/\s+/) ?? [];
      if (name?.trim() === device) return { received: Number(columns[1]), sent: Number(columns[9]) };
    }
    return undefined;
  }

  /** One `ip -batch` a family, in the order given within it. */
  apply(changes: readonly NetworkChange[]): (NetlinkRefusal | undefined)[] {
    const outcomes: (NetlinkRefusal | undefined)[] = changes.map(() => undefined);
    for (const family of [4, 6] as const) {
      const places = changes.flatMap((change, place) => (familyOfChange(change) === family ? [place] : []));
      if (places.length === 0) continue;
      const lines = places.map((place) => commandText(changes[place] as NetworkChange));
      const { stderr } = this.#run([`-${family}`, '-force', '-batch', '-'], `${lines.join('\n')}\n`);
      let reason = '';
      for (const line of stderr.split('\n')) {
        const failed = /^Command failed -:(\d+)$/.exec(line);
        const place = failed ? places[Number(failed[1]) - 1] : undefined;
        if (place !== undefined) outcomes[place] = refusal(reason);
        if (line !== '') reason = line;
      }
    }
    return outcomes;
  }

  close(): void {
    // Nothing is kept open between calls.
  }

  #list(words: string[], mayFail = false): Fields[] {
    const { status, stdout, stderr } = this.#run(['-json', ...words], '');
    if (status !== 0 && mayFail) return [];
    if (status !== 0) throw new QwError('UNSUPPORTED', `ip ${words.join(' ')}: ${stderr.trim()}`);
    return stdout.trim() === '' ? [] : rows(JSON.parse(stdout));
  }

  #run(words: string[], input: string) {
    const run = spawnSync(this.#program, words, {
      input,
      encoding: 'utf8',
      timeout: timeoutMs,
      maxBuffer: largestOutputBytes,
    });
    if (run.error) throw new QwError('UNSUPPORTED', `the program ip: ${run.error.message}`, { cause: run.error });
    return run;
  }
}

/** `RTNETLINK answers: File exists` has the sentence of the C library, of which the name is wanted. */
function refusal(line: string): NetlinkRefusal {
  const words = line.replace(/^(RTNETLINK answers|Error): /, '');
  const codes: Readonly<Record<string, string>> = {
    'File exists': 'EEXIST',
    'No such process': 'ESRCH',
    'No such file or directory': 'ENOENT',
    'Network is unreachable': 'ENETUNREACH',
    'Operation not permitted': 'EPERM',
    'No such device': 'ENODEV',
  };
  return { code: codes[words] ?? 'EINVAL', text: words };
}

function routeOf(row: Fields, family: AddressFamily): Route {
  const gateway = text(row['gateway'] ?? fields(row['via'])['host']);
  const hops = rows(row['nexthops']);
  const flags = strings(row['flags']);
  const kind = kindOf(text(row['type'] ?? 'unicast'));
  const destination = text(row['dst']);
  const whole = family === 4 ? 32 : 128;
  return {
    family,
    destination: destination === 'default' || destination.includes('/') ? destination : `${destination}/${whole}`,
    table: number(row['table'] ?? 254),
    protocol: number(row['protocol'] ?? 3),
    metric: number(row['metric'] ?? 0),
    ...(gateway !== '' && { gateway }),
    ...(row['dev'] !== undefined && { device: text(row['dev']) }),
    ...(row['prefsrc'] !== undefined && { preferredSource: text(row['prefsrc']) }),
    ...(hops.length > 0 && {
      hops: hops.map((hop) => ({
        ...(hop['gateway'] !== undefined && { gateway: text(hop['gateway']) }),
        device: text(hop['dev']),
        weight: number(hop['weight']),
      })),
    }),
    ...(row['nhid'] !== undefined && { nextHopId: number(row['nhid']) }),
    ...(kind > 1 && { kind }),
    ...((flags.includes('linkdown') || flags.includes('dead')) && { linkDown: true }),
  };
}

/** By their numbers (rtm_type). */
const kinds = [
  'unspec',
  'unicast',
  'local',
  'broadcast',
  'anycast',
  'multicast',
  'blackhole',
  'unreachable',
  'prohibit',
  'throw',
  'nat',
];

/** With -N, and depending on the version, the number itself. */
function kindOf(word: string): number {
  return /^\d+$/.test(word) ? Number(word) : kinds.indexOf(word);
}

function ruleOf(row: Fields, family: AddressFamily): Rule {
  const prefix = (name: 'src' | 'dst') => {
    const length = row[`${name}len`];
    const whole = family === 4 ? 32 : 128;
    if (row[name] === undefined || row[name] === 'all') return undefined;
    return `${text(row[name])}/${length === undefined ? whole : number(length)}`;
  };
  const from = prefix('src');
  const to = prefix('dst');
  const suppressed = row['suppress_prefixlen'];
  return {
    family,
    priority: number(row['priority']),
    table: number(row['table']),
    protocol: number(row['protocol'] ?? 0),
    ...(from !== undefined && { from }),
    ...(to !== undefined && { to }),
    ...(row['fwmark'] !== undefined && {
      mark: number(row['fwmark']),
      markMask: row['fwmask'] === undefined ? 0xffff_ffff : number(row['fwmask']),
    }),
    ...(row['iif'] !== undefined && { incoming: text(row['iif']) }),
    ...(row['oif'] !== undefined && { outgoing: text(row['oif']) }),
    ...(suppressed !== undefined && { suppressPrefixLength: number(suppressed) }),
  };
}

const fields = (value: unknown): Fields => (typeof value === 'object' && value !== null ? (value as Fields) : {});
/** `ip -json` prints empty objects between the real ones where it leaves something out. */
const rows = (value: unknown): Fields[] =>
  Array.isArray(value) ? (value as unknown[]).map(fields).filter((row) => Object.keys(row).length > 0) : [];
const strings = (value: unknown): string[] => (Array.isArray(value) ? (value as unknown[]).map(text) : []);
const text = (value: unknown): string => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');
/** Tables and protocols come as text, with -N in digits except for the oldest ones. */
const number = (value: unknown): number => {
  const names: Readonly<Record<string, number>> = {
    local: 255,
    main: 254,
    default: 253,
    kernel: 2,
    boot: 3,
    static: 4,
  };
  const word = text(value);
  return names[word] ?? Number(word);
};
