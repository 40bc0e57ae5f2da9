import { spawn, spawnSync } from 'node:child_process';
import { Namespace } from './namespace.ts';

/** What a program says in a namespace. */
export function inside(namespace: Namespace, ...command: string[]): string {
  const run = spawnSync('ip', ['netns', 'exec', namespace.name, ...command], { encoding: 'utf8' });
  return run.stdout + run.stderr;
}

/** A router between a client (`lan0`) and a server (`wan0`), with a collector at `mon0`, which has addresses, and `span0`. */
export class MirrorLab {
  readonly router = new Namespace();
  readonly client = new Namespace();
  readonly server = new Namespace();
  readonly collector = new Namespace();

  constructor() {
    const { router, client, server, collector } = this;
    for (const one of [router, client, server, collector]) one.sysctl('net.ipv6.conf.all.accept_dad=0');
    for (const one of [router, client, server, collector]) one.sysctl('net.ipv6.conf.default.accept_dad=0');
    router.sysctl('net.ipv4.ip_forward=1');
    router.sysctl('net.ipv6.conf.all.forwarding=1');
    wire(router, 'lan0', client, 'eth0');
    wire(router, 'wan0', server, 'eth0');
    wire(router, 'mon0', collector, 'eth0');
    wire(router, 'span0', collector, 'tap0');
    // What an interface says by itself would be counted with the copies.
    router.sysctl('net.ipv6.conf.span0.disable_ipv6=1');
    collector.sysctl('net.ipv6.conf.tap0.disable_ipv6=1');
    for (const [one, device, address] of [
      [router, 'lan0', '10.1.0.1/24'],
      [client, 'eth0', '10.1.0.2/24'],
      [router, 'wan0', '10.2.0.1/24'],
      [server, 'eth0', '10.2.0.2/24'],
      [router, 'mon0', '10.3.0.1/24'],
      [collector, 'eth0', '10.3.0.2/24'],
    ] as const)
      one.ip('address', 'add', address, 'dev', device);
    for (const [one, device, address] of [
      [router, 'lan0', 'fd00:1::1/64'],
      [client, 'eth0', 'fd00:1::2/64'],
      [router, 'wan0', 'fd00:2::1/64'],
      [server, 'eth0', 'fd00:2::2/64'],
    ] as const)
      one.ip('-6', 'address', 'add', address, 'dev', device, 'nodad');
    client.ip('route', 'add', 'default', 'via', '10.1.0.1');
    server.ip('route', 'add', 'default', 'via', '10.2.0.1');
    client.ip('-6', 'route', 'add', 'default', 'via', 'fd00:1::1');
    server.ip('-6', 'route', 'add', 'default', 'via', 'fd00:2::1');
    const rules = [
      'table inet counting {',
      ...['icmp', 'udp', 'tcp'].flatMap((name) => [`counter in-${name} { }`, `counter out-${name} { }`]),
      'chain into { type filter hook prerouting priority -300;',
      ...['icmp', 'udp', 'tcp'].map((name) => `iifname "lan0" meta l4proto ${name} counter name in-${name};`),
      '}',
      'chain outof { type filter hook postrouting priority 300;',
      ...['icmp', 'udp', 'tcp'].map((name) => `oifname "lan0" meta l4proto ${name} counter name out-${name};`),
      '}',
      '}',
    ];
    const run = spawnSync('ip', ['netns', 'exec', router.name, 'nft', '-f', '-'], { input: rules.join('\n') });
    if (run.status !== 0) throw new Error(run.stderr.toString());
  }

  close(): void {
    for (const one of [this.router, this.client, this.server, this.collector]) one.close();
  }

  /** What nftables saw come and go at `lan0` since it was asked to begin anew. */
  passed(protocol: 'icmp' | 'udp' | 'tcp'): { in: number; out: number } {
    const text = inside(this.router, 'nft', 'list', 'counters', 'table', 'inet', 'counting');
    const of = (way: string) => Number(new RegExp(`counter ${way}-${protocol} \\{\\s+packets (\\d+)`).exec(text)?.[1]);
    return { in: of('in'), out: of('out') };
  }

  countAnew(): void {
    inside(this.router, 'nft', 'reset', 'counters', 'table', 'inet', 'counting');
  }

  /** Twenty, from the client. */
  ping(...args: string[]): string {
    return inside(this.client, 'ping', '-i', '0.02', '-c', '20', ...args);
  }

  /** Datagrams of 200 bytes, as fast as they go, each way the same number. */
  flood(count: number): Promise<void> {
    const echo = `const s=require('dgram').createSocket('udp4');let n=0;s.on('message',(m,r)=>{s.send(m,r.port,r.address);if(++n===${count})setTimeout(()=>process.exit(0),50)});s.bind(7777,()=>console.log('up'))`;
    const send = `const s=require('dgram').createSocket('udp4');let sent=0,got=0;const more=()=>{while(sent<${count}&&sent-got<64){s.send(Buffer.alloc(200),7777,'10.2.0.2');sent++}};s.on('message',()=>{if(++got===${count}){console.log(got);process.exit(0)}more()});more()`;
    const far = spawn('ip', ['netns', 'exec', this.server.name, process.execPath, '-e', echo], { stdio: 'pipe' });
    return new Promise<void>((resolve, reject) => {
      far.stdout.once('data', () => {
        const near = spawn('ip', ['netns', 'exec', this.client.name, process.execPath, '-e', send], { stdio: 'pipe' });
        near.on('exit', (status) => {
          far.kill();
          if (status === 0) resolve();
          else reject(new Error(`the flood ended with ${status}`));
        });
      });
    });
  }

  /** So many bytes by TCP from the client to port 7778 of the server. */
  transfer(bytes: number): Promise<void> {
    const take = `require('net').createServer((c)=>{c.resume();c.on('end',()=>{c.end();process.exit(0)})}).listen(7778,()=>console.log('up'))`;
    const give = `const c=require('net').connect(7778,'10.2.0.2',()=>{c.end(Buffer.alloc(${bytes}))});c.on('close',()=>process.exit(0));c.resume()`;
    const far = spawn('ip', ['netns', 'exec', this.server.name, process.execPath, '-e', take], { stdio: 'pipe' });
    return new Promise<void>((resolve) => {
      far.stdout.once('data', () => {
        inside(this.client, process.execPath, '-e', give);
        far.kill();
        resolve();
      });
    });
  }
}

function wire(a: Namespace, nameOfA: string, b: Namespace, nameOfB: string): void {
  a.ip('link', 'add', nameOfA, 'type', 'veth', 'peer', 'name', nameOfB, 'netns', b.name);
  a.ip('link', 'set', nameOfA, 'up');
  b.ip('link', 'set', nameOfB, 'up');
}
