import { spawn, spawnSync, type ChildProcess, type StdioOptions } from 'node:child_process';

/**
 * A small office in network namespaces of its own: a computer behind a router that has two providers, and beyond them an
 * Internet of three resolvers. No link leads out of it, so its addresses mean nothing outside.
 */
const hosts = ['pc', 'rtr', 'isp1', 'isp2', 'net'] as const;
export type Host = (typeof hosts)[number];

const anchors = ['1.1.1.1', '8.8.8.8', '9.9.9.9'];

export class Office {
  readonly #prefix = `qwdemo${process.pid}`;
  readonly #started = new Set<ChildProcess>();

  namespace(host: Host): string {
    return `${this.#prefix}-${host}`;
  }

  up(): void {
    for (const host of hosts) {
      run('ip', 'netns', 'add', this.namespace(host));
      this.on(host, 'sysctl', '-qw', 'net.ipv4.ping_group_range=0 2147483647', 'net.ipv4.ip_forward=1');
      this.on(host, 'ip', 'link', 'set', 'lo', 'up');
    }
    this.#wire(['pc', 'eth0', '192.168.1.11/24'], ['rtr', 'lan', '192.168.1.1/24']);
    this.#wire(['rtr', 'wan1', '192.168.76.2/30'], ['isp1', 'customer', '192.168.76.1/30']);
    this.#wire(['rtr', 'wan2', '192.168.75.2/30'], ['isp2', 'customer', '192.168.75.1/30']);
    this.#wire(['isp1', 'core', '198.51.100.2/30'], ['net', 'isp1', '198.51.100.1/30']);
    this.#wire(['isp2', 'core', '198.51.100.6/30'], ['net', 'isp2', '198.51.100.5/30']);
    const routes: [Host, string][] = [
      ['pc', 'default via 192.168.1.1'],
      ['rtr', 'default via 192.168.76.1 dev wan1 metric 1'],
      ['rtr', 'default via 192.168.75.1 dev wan2 metric 2'],
      ['isp1', 'default via 198.51.100.1'],
      ['isp2', 'default via 198.51.100.5'],
      ['net', '192.168.76.0/30 via 198.51.100.2'],
      ['net', '192.168.75.0/30 via 198.51.100.6'],
    ];
    for (const [host, route] of routes) this.on(host, 'ip', 'route', 'add', ...route.split(' '));
    for (const address of anchors) this.on('net', 'ip', 'address', 'add', `${address}/32`, 'dev', 'lo');
    const nat =
      'table inet nat { chain out { type nat hook postrouting priority 100; oifname { "wan1", "wan2" } masquerade; }; }';
    this.on('rtr', 'nft', nat);
  }

  /** The provider's own way on is gone, silently: its link to the office stays up. */
  fail(isp: 'isp1' | 'isp2'): void {
    this.on(isp, 'nft', 'table inet fault { chain forward { type filter hook forward priority 0; policy drop; }; }');
  }

  repair(isp: 'isp1' | 'isp2'): void {
    this.on(isp, 'nft', 'delete table inet fault');
  }

  /** Runs a command on a host; throws with its words when it fails. */
  on(host: Host, ...command: string[]): void {
    run('ip', 'netns', 'exec', this.namespace(host), ...command);
  }

  start(host: Host, command: readonly string[], stdio: StdioOptions): ChildProcess {
    const child = spawn('nsenter', [`--net=/run/netns/${this.namespace(host)}`, ...command], { stdio });
    this.#started.add(child);
    child.once('exit', () => this.#started.delete(child));
    return child;
  }

  /** Ends what runs in it, and removes it. */
  async down(): Promise<void> {
    const ends = [...this.#started].map((child) => {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), 5000);
      return gone.finally(() => clearTimeout(timer));
    });
    await Promise.all(ends);
    for (const host of hosts) spawnSync('ip', ['netns', 'del', this.namespace(host)]);
  }

  #wire([left, leftDevice, leftAddress]: End, [right, rightDevice, rightAddress]: End): void {
    const peer = ['type', 'veth', 'peer', 'name', rightDevice, 'netns', this.namespace(right)];
    run('ip', 'link', 'add', leftDevice, 'netns', this.namespace(left), ...peer);
    for (const [host, device, address] of [
      [left, leftDevice, leftAddress],
      [right, rightDevice, rightAddress],
    ] as const) {
      this.on(host, 'ip', 'address', 'add', address, 'dev', device);
      this.on(host, 'ip', 'link', 'set', device, 'up');
    }
  }
}

type End = readonly [host: Host, device: string, address: string];

function run(program: string, ...words: string[]): void {
  const done = spawnSync(program, words, { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`${[program, ...words].join(' ')}: ${done.stderr || done.error?.message}`);
}

/** What is missing on this machine, with the way to get it; undefined when nothing is. */
export function missing(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces need Linux';
  if (process.getuid?.() !== 0) return 'network namespaces need root: sudo npm run demo:failover';
  const packages: Record<string, string> = { ip: 'iproute2', nft: 'nftables', ping: 'iputils-ping', sysctl: 'procps' };
  for (const [tool, name] of Object.entries(packages)) {
    if (spawnSync('which', [tool]).status !== 0) return `${tool} is missing: apt-get install ${name}`;
  }
  return undefined;
}
