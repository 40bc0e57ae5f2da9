import { access, constants, readFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { messageOf } from '../../model/index.ts';
import { openIcmp, type SocketFailure } from '../net/icmp/echo-socket.ts';
import * as linux from './constants.ts';
import { describeErrno, int32, openLibc, type Libc } from './ffi.ts';
import { timex } from './layouts.ts';

/** One thing that this machine can or cannot do for us. */
export interface Finding {
  name: string;
  ok: boolean;
  /** `limited`: it works in another way, or something that few need is missing. */
  level: 'ok' | 'limited' | 'missing';
  /** A sentence for people. */
  detail: string;
  /** A command, or what else to do. */
  fix?: string;
}

const smallestNode = 24;
/** Files, sockets and connections of a busy watcher. */
const wantedDescriptors = 4096;
const allowPingSockets = 'sysctl -w net.ipv4.ping_group_range="0 2147483647"';

const good = (name: string, detail: string): Finding => ({ name, ok: true, level: 'ok', detail });
const bad = (name: string, level: 'limited' | 'missing', detail: string, fix?: string): Finding => ({
  name,
  ok: false,
  level,
  detail,
  ...(fix !== undefined && { fix }),
});

/** Looks at what this machine and this user allow, by really opening what would be used. Sends no packet. */
export async function inspectMachine(): Promise<Finding[]> {
  const findings = [inspectNode(process.versions.node)];
  const libc = tryLibc(findings);
  if (libc) findings.push(...inspectIcmp(libc), ...inspectSocketOptions(libc), inspectNetlink(libc));
  findings.push(
    await inspectProgram('fping', 'sends ICMP echoes where sockets are refused', 'apt-get install fping'),
    await inspectProgram('ping', 'helps people to compare; nothing depends on it', 'apt-get install iputils-ping'),
    await inspectProgram('nft', 'switches uplinks and accounts flows (nftables)', 'apt-get install nftables'),
    await inspectConntrack(),
    libc
      ? inspectClock(libc)
      : bad('clock', 'limited', 'Whether the clock is synchronised cannot be seen without koffi.'),
    inspectDescriptors(await readFile('/proc/self/limits', 'utf8').catch(() => '')),
  );
  return findings;
}

export function inspectNode(version: string): Finding {
  const major = Number.parseInt(version, 10);
  if (major >= smallestNode) return good('node', `Node ${version} runs this program.`);
  return bad(
    'node',
    'missing',
    `Node ${version} is too old; ${smallestNode} is needed.`,
    'npm ci (installs the right one)',
  );
}

function tryLibc(findings: Finding[]): Libc | undefined {
  try {
    const libc = openLibc();
    findings.push(good('koffi', 'The system calls of the C library can be used.'));
    return libc;
  } catch (error) {
    const detail = `No system calls: ${messageOf(error)}. ICMP goes through the program fping.`;
    findings.push(bad('koffi', 'limited', detail, 'npm install koffi'));
    return undefined;
  }
}

function inspectIcmp(libc: Libc): Finding[] {
  const open = (family: 4 | 6, kind: 'ping' | 'raw'): SocketFailure | undefined => {
    const fd = openIcmp(libc, family, kind);
    if (fd < 0) return describeErrno(libc.errno());
    libc.close(fd);
    return undefined;
  };
  const raw = open(4, 'raw');
  const findings: Finding[] = [];
  for (const family of [4, 6] as const) {
    const name = `ping socket v${family}`;
    const failure = open(family, 'ping');
    if (!failure) findings.push(good(name, `IPv${family} echoes go through kernel ping sockets.`));
    else if (failure.code === 'EACCES') {
      const instead = raw ? 'and raw sockets too' : 'raw sockets are used instead';
      const detail = `The kernel refuses ping sockets to this group (net.ipv4.ping_group_range); ${instead}.`;
      findings.push(bad(name, raw ? 'missing' : 'limited', detail, allowPingSockets));
    } else findings.push(bad(name, 'missing', `IPv${family} ping sockets: ${failure.text}.`));
  }
  if (raw) {
    const detail = `Raw sockets: ${raw.text}; needed only where ping sockets are refused.`;
    findings.push(bad('raw socket', 'limited', detail, `setcap cap_net_raw+ep ${process.execPath}`));
  } else findings.push(good('raw socket', 'Raw sockets can be opened.'));
  return findings;
}

/** Tries the options on a socket that never sends. */
function inspectSocketOptions(libc: Libc): Finding[] {
  const fd = libc.socket(linux.AF_INET, linux.SOCK_DGRAM | linux.SOCK_CLOEXEC, 0);
  if (fd < 0) return [bad('socket options', 'missing', `No UDP socket: ${describeErrno(libc.errno()).text}.`)];
  const attempt = (name: string, purpose: string, option: number, value: Uint8Array, fix: string): Finding => {
    if (libc.setsockopt(fd, linux.SOL_SOCKET, option, value, value.length) === 0)
      return good(name, `${purpose}: allowed.`);
    return bad(name, 'limited', `${purpose}: ${describeErrno(libc.errno()).text}.`, fix);
  };
  const asRoot = `setcap cap_net_admin,cap_net_raw+ep ${process.execPath} (or run as root)`;
  const findings = [
    attempt('mark', 'Firewall marks on probes (SO_MARK)', linux.SO_MARK, int32(0x51), asRoot),
    attempt('device', 'Probes through a chosen interface', linux.SO_BINDTODEVICE, Buffer.from('lo\0'), asRoot),
  ];
  libc.close(fd);
  return findings;
}

function inspectNetlink(libc: Libc): Finding {
  const fd = libc.socket(linux.AF_NETLINK, linux.SOCK_RAW | linux.SOCK_CLOEXEC, 0);
  if (fd < 0)
    return bad('netlink', 'missing', `The kernel's routes cannot be read: ${describeErrno(libc.errno()).text}.`);
  libc.close(fd);
  const root = process.geteuid?.() === 0;
  if (root) return good('netlink', 'Routes and links can be read and changed.');
  return bad(
    'netlink',
    'limited',
    'Routes and links can be read; changing them (uplink failover) needs root.',
    'run as root',
  );
}

async function inspectProgram(name: string, purpose: string, fix: string): Promise<Finding> {
  // Ordinary users often have no sbin in their path.
  const folders = new Set([...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/sbin']);
  for (const folder of folders) {
    if (folder !== '' && (await exists(join(folder, name), constants.X_OK)))
      return good(name, `${join(folder, name)} ${purpose}.`);
  }
  return bad(name, 'limited', `The program ${name} is not installed; it ${purpose}.`, fix);
}

async function inspectConntrack(): Promise<Finding> {
  if (await exists('/proc/sys/net/netfilter/nf_conntrack_count', constants.F_OK)) {
    return good('conntrack', 'The kernel tracks connections, so that stuck ones can be cut after a failover.');
  }
  const detail = 'The kernel tracks no connections here; failover cannot cut stuck ones.';
  return bad('conntrack', 'limited', detail, 'modprobe nf_conntrack');
}

/** From adjtimex(2): STA_UNSYNC is set, or the call returns TIME_ERROR, until a time service has set the clock. */
function inspectClock(libc: Libc): Finding {
  const time = Buffer.alloc(timex.size);
  const state = libc.adjtimex(time);
  if (state < 0)
    return bad('clock', 'limited', `The state of the clock cannot be read: ${describeErrno(libc.errno()).text}.`);
  return describeClock(state, time.readInt32LE(timex.status), Number(time.readBigInt64LE(timex.maxError)));
}

export function describeClock(state: number, status: number, maxErrorMicroseconds: number): Finding {
  const timeError = 5;
  const unsynchronised = 0x40;
  if (state !== timeError && (status & unsynchronised) === 0) {
    const errorMs = Math.ceil(maxErrorMicroseconds / 1000);
    return good('clock', `The clock is synchronised; it is at most ${errorMs} ms off by the kernel's estimate.`);
  }
  const detail = 'No time service keeps the clock; times in records may be off, measured intervals are not.';
  return bad('clock', 'limited', detail, 'timedatectl set-ntp true (or install chrony)');
}

export function inspectDescriptors(limits: string): Finding {
  const [, soft = '', hard = ''] = /^Max open files\s+(\w+)\s+(\w+)/m.exec(limits) ?? [];
  const count = soft === 'unlimited' ? Infinity : Number(soft || Number.NaN);
  if (count >= wantedDescriptors) return good('file descriptors', `${soft} files and sockets may be open at once.`);
  if (Number.isNaN(count)) return bad('file descriptors', 'limited', 'The limit of open files cannot be read.');
  const detail = `Only ${soft} files and sockets may be open at once (hard limit ${hard}).`;
  return bad('file descriptors', 'limited', detail, `ulimit -n ${wantedDescriptors} (or LimitNOFILE= in the service)`);
}

async function exists(path: string, mode: number): Promise<boolean> {
  return access(path, mode).then(
    () => true,
    () => false,
  );
}
