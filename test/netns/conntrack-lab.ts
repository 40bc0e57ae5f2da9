import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { join } from 'node:path';
import type { NatStatus } from '../../src/model/index.ts';
import type { ConntrackStatus } from '../../src/observe/flows/index.ts';
import { Namespace } from './namespace.ts';

/** A client, a router and a server: 10.9.0.2 and 2001:db8:9::2, 192.0.2.2 and 2001:db8:2::2. */
export class RouterLab {
  readonly client = new Namespace();
  readonly router = new Namespace();
  readonly server = new Namespace();

  constructor() {
    const link = (near: Namespace, device: string, far: string) =>
      near.ip('link', 'add', device, 'type', 'veth', 'peer', 'name', far, 'netns', this.router.name);
    for (const one of [this.client, this.router, this.server]) one.sysctl('net.ipv6.conf.default.accept_dad=0');
    link(this.client, 'eth0', 'lan');
    link(this.server, 'eth0', 'wan');
    const address = (one: Namespace, device: string, v4: string, v6: string) => {
      one.ip('address', 'add', v4, 'dev', device);
      one.ip('-6', 'address', 'add', v6, 'dev', device, 'nodad');
      one.ip('link', 'set', device, 'up');
    };
    address(this.router, 'lan', '10.9.0.1/24', '2001:db8:9::1/64');
    address(this.router, 'wan', '192.0.2.1/24', '2001:db8:2::1/64');
    address(this.client, 'eth0', '10.9.0.2/24', '2001:db8:9::2/64');
    address(this.server, 'eth0', '192.0.2.2/24', '2001:db8:2::2/64');
    this.client.ip('route', 'add', 'default', 'via', '10.9.0.1');
    this.client.ip('-6', 'route', 'add', 'default', 'via', '2001:db8:9::1');
    this.server.ip('route', 'add', 'default', 'via', '192.0.2.1');
    this.server.ip('-6', 'route', 'add', 'default', 'via', '2001:db8:2::1');
    this.router.sysctl('net.ipv4.ip_forward=1');
    this.router.sysctl('net.ipv6.conf.all.forwarding=1');
  }

  in(where: Namespace, program: string, args: readonly string[], input = ''): string {
    return execFileSync('ip', ['netns', 'exec', where.name, program, ...args], {
      input,
      encoding: 'utf8',
      stdio: 'pipe',
    });
  }

  nft(where: Namespace, script: string): void {
    this.in(where, 'nft', ['-f', '-'], script);
  }

  /** What rules counted, by the name of the counter. */
  counters(where: Namespace): Record<string, { packets: number; bytes: number }> {
    const { nftables } = JSON.parse(this.in(where, 'nft', ['-j', 'list', 'counters'])) as {
      nftables: { counter?: { name: string; packets: number; bytes: number } }[];
    };
    return Object.fromEntries(nftables.flatMap(({ counter }) => (counter ? [[counter.name, counter]] : [])));
  }

  /** What runs in a namespace, the children of what was started in it too. */
  endAll(where: Namespace): void {
    const listed = this.in(where, 'ip', ['netns', 'pids', where.name]);
    for (const pid of listed.split('\n').filter(Boolean).map(Number)) {
      try {
        process.kill(pid, 'SIGKILL');
      } catch {
        // The one that lists is listed, and has gone.
      }
    }
  }

  close(): void {
    for (const one of [this.client, this.router, this.server]) one.close();
  }
}

export interface ToldRow {
  kind: string;
  source: string;
  source_port: number;
  destination: string;
  destination_port: number;
  natSource: string;
  nat_source_port: number;
  protocol: number;
  icmp: number;
  bytes: number;
  packets: number;
  reporter: string;
  event: number;
  reason: string;
  duration_ms: number;
  end: number;
}

/** Records of the connections of a namespace, kept by a process in it. */
export class Recording {
  readonly rows: ToldRow[] = [];
  readonly child: ChildProcess;
  readonly #answers: Record<string, unknown>[] = [];
  #waiting: (() => void)[] = [];

  constructor(where: Namespace, given: object) {
    const file = join(import.meta.dirname, 'conntrack-child.ts');
    const command = ['netns', 'exec', where.name, process.execPath, file, JSON.stringify(given)];
    this.child = spawn('ip', command, { stdio: ['pipe', 'pipe', 'inherit'] });
    if (!this.child.stdout) throw new Error('expected an output');
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      const told = JSON.parse(line) as Record<string, unknown>;
      if (told['row']) this.rows.push(told['row'] as ToldRow);
      else this.#answers.push(told);
      for (const wake of this.#waiting.splice(0)) wake();
    });
  }

  async ready(): Promise<void> {
    await this.until(() => this.#answers.some((one) => one['ready']));
  }

  async status(): Promise<{ status: ConntrackStatus; nat?: NatStatus }> {
    const before = this.#answers.length;
    this.child.stdin?.write('status\n');
    await this.until(() => this.#answers.length > before);
    return this.#answers.at(-1) as unknown as { status: ConntrackStatus; nat?: NatStatus };
  }

  /** Asks again and again until it is as expected; the test's own time limit ends it. */
  async statusWhen(fits: (told: { status: ConntrackStatus; nat: NatStatus }) => boolean): Promise<NatStatus> {
    for (;;) {
      const { status, nat } = await this.status();
      if (nat && fits({ status, nat })) return nat;
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  }

  async until(isTrue: () => boolean): Promise<void> {
    while (!isTrue()) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  async close(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    this.child.stdin?.write('close\n');
    await this.until(() => this.#answers.some((one) => one['closed']));
    const gone = new Promise((resolve) => this.child.once('exit', resolve));
    this.child.kill('SIGKILL');
    await gone;
  }
}

/** Sums of rows that fit. */
export function sumOf(rows: readonly ToldRow[], fits: (row: ToldRow) => boolean): { packets: number; bytes: number } {
  const found = rows.filter(fits);
  return {
    packets: found.reduce((sum, { packets }) => sum + packets, 0),
    bytes: found.reduce((sum, { bytes }) => sum + bytes, 0),
  };
}
