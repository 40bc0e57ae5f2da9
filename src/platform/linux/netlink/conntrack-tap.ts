import { QwError } from '../../../model/index.ts';
import * as linux from '../constants.ts';
import { describeErrno, int32, openLibc, type Libc } from '../ffi.ts';
import { decodeEntry, type ConntrackEntry } from './conntrack-entry.ts';
import {
  Attributes,
  encodeMessage,
  NLM_F_DUMP,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  readMessages,
} from './message.ts';
import { NetlinkSocket } from './netlink-socket.ts';

/** Sums over all processors since the machine started; each counter wraps at 2^32 on each of them. */
export interface ConntrackStatistics {
  /** Packets whose connection could not be entered, as when all ports of a translation are taken; they were dropped. */
  insertFailed: readonly number[];
  /** Those, and packets that were dropped since the table was full. */
  dropped: readonly number[];
  /** Connections that were thrown out to make room. */
  earlyDropped: readonly number[];
  /** Packets that were dropped since a chain of the hash table had become too long. */
  chainTooLong: readonly number[];
  connections: number;
  most: number;
}

/** The kernel's tracking of connections, as those see it who keep records of it: it reads only. Nothing here waits. */
export interface ConntrackTap {
  /** All beginnings and ends since the last call. False when the kernel had to drop some: dump then. */
  events(onEvent: (what: 'new' | 'end', entry: ConntrackEntry) => void): boolean;
  /** Begins to list all connections, from the start. */
  beginDump(): void;
  /** Lists some more of them; true when all were listed. Throws UNSUPPORTED when the kernel refuses. */
  dump(onEntry: (entry: ConntrackEntry) => void): boolean;
  statistics(): ConntrackStatistics;
  close(): void;
}

const subsystem = 1 << 8;
const IPCTNL_MSG_CT_NEW = 0;
const IPCTNL_MSG_CT_GET = 1;
const IPCTNL_MSG_CT_DELETE = 2;
const IPCTNL_MSG_CT_GET_STATS_CPU = 4;
const IPCTNL_MSG_CT_GET_STATS = 5;
/** NFNLGRP_CONNTRACK_NEW and _DESTROY (include/uapi/linux/netfilter/nfnetlink_compat.h). */
const eventGroups = [1, 3];
/** `enum ctattr_stats_cpu` and `ctattr_stats_global`. */
const CTA_STATS_INSERT_FAILED = 9;
const CTA_STATS_DROP = 10;
const CTA_STATS_EARLY_DROP = 11;
const CTA_STATS_CHAIN_TOOLONG = 15;
const CTA_STATS_GLOBAL_ENTRIES = 1;
const CTA_STATS_GLOBAL_MAX_ENTRIES = 2;

const receiveBytes = 65_536;
const headerBytes = 4;
const socketAddressBytes = 12;
/** What the kernel holds until it is read: some ten thousand events. */
const queueBytes = 16 * 1024 * 1024;
/** A storm of events must not hold the event loop for longer than some ten milliseconds. */
const eventsAtOnce = 8192;
/** 32 KiB each: some hundred connections. */
const dumpDatagramsAtOnce = 32;

/** Throws UNSUPPORTED, with the reason, where the kernel tracks no connections or doesn't tell this user of them. */
export function openConntrackTap(libc: Libc = openLibc()): ConntrackTap {
  const inbox = Buffer.alloc(receiveBytes);
  const events = openSocket(libc, eventGroups);
  let dumping: number | undefined;
  const asking = new NetlinkSocket(libc, linux.NETLINK_NETFILTER);
  let sequence = 0;
  const endDump = () => {
    if (dumping !== undefined) libc.close(dumping);
    dumping = undefined;
  };
  let closed = false;
  return {
    events: (onEvent) => {
      let complete = true;
      for (let count = 0; count < eventsAtOnce; count++) {
        const length = libc.recv(events, inbox, inbox.length, linux.MSG_DONTWAIT);
        if (length < 0) {
          if (libc.errno() !== linux.ENOBUFS) return complete;
          complete = false;
          continue;
        }
        for (const { type, body } of readMessages(inbox.subarray(0, length))) {
          const what = eventOf(type);
          const entry = what && decodeEntry(body);
          if (entry) onEvent(what, entry);
        }
      }
      return complete;
    },
    beginDump: () => {
      endDump();
      dumping = openSocket(libc, []);
      const question = encodeMessage(
        subsystem | IPCTNL_MSG_CT_GET,
        NLM_F_REQUEST | NLM_F_DUMP,
        ++sequence,
        Buffer.alloc(headerBytes),
      );
      if (libc.send(dumping, question, question.length, 0) < 0) throw refused(libc);
    },
    dump: (onEntry) => {
      for (let count = 0; count < dumpDatagramsAtOnce; count++) {
        if (dumping === undefined) return true;
        const length = libc.recv(dumping, inbox, inbox.length, linux.MSG_DONTWAIT);
        if (length < 0) throw refused(libc);
        for (const { type, body } of readMessages(inbox.subarray(0, length))) {
          if (type === NLMSG_ERROR) throw refused(libc, -body.readInt32LE(0));
          if (type === NLMSG_DONE) {
            endDump();
            return true;
          }
          const entry = decodeEntry(body);
          if (entry) onEntry(entry);
        }
      }
      return false;
    },
    statistics: () => readStatistics(asking),
    close: () => {
      if (closed) return;
      closed = true;
      endDump();
      libc.close(events);
      asking.close();
    },
  };
}

function eventOf(type: number): 'new' | 'end' | undefined {
  if (type === (subsystem | IPCTNL_MSG_CT_NEW)) return 'new';
  return type === (subsystem | IPCTNL_MSG_CT_DELETE) ? 'end' : undefined;
}

function openSocket(libc: Libc, groups: readonly number[]): number {
  const fd = libc.socket(linux.AF_NETLINK, linux.SOCK_RAW | linux.SOCK_CLOEXEC, linux.NETLINK_NETFILTER);
  if (fd < 0) throw refused(libc);
  const address = Buffer.alloc(socketAddressBytes);
  address.writeUInt16LE(linux.AF_NETLINK, 0);
  const join = (group: number) =>
    libc.setsockopt(fd, linux.SOL_NETLINK, linux.NETLINK_ADD_MEMBERSHIP, int32(group), 4) < 0;
  libc.setsockopt(fd, linux.SOL_SOCKET, linux.SO_RCVBUFFORCE, int32(queueBytes), 4);
  // Binding forgets groups that were joined before.
  if (libc.bind(fd, address, address.length) < 0 || groups.some(join)) {
    const problem = refused(libc);
    libc.close(fd);
    throw problem;
  }
  return fd;
}

function refused(libc: Libc, errno = libc.errno()): QwError {
  const { code, text } = describeErrno(errno);
  return new QwError('UNSUPPORTED', `the kernel's table of connections: ${text}`, {
    facts: { errno: code },
    hint: 'run as root, or with CAP_NET_ADMIN; `modprobe nf_conntrack_netlink`',
  });
}

function readStatistics(socket: NetlinkSocket): ConntrackStatistics {
  const header = Buffer.alloc(headerBytes);
  const processors = socket
    .dump(subsystem | IPCTNL_MSG_CT_GET_STATS_CPU, header)
    .map(({ body }) => new Attributes(body.subarray(headerBytes)));
  const answer = socket.ask({ type: subsystem | IPCTNL_MSG_CT_GET_STATS, flags: 0, body: header });
  const [whole] = Array.isArray(answer) ? answer : [];
  const all = whole && new Attributes(whole.body.subarray(headerBytes));
  const of = (type: number) => processors.map((one) => one.u32BigEndian(type) ?? 0);
  return {
    insertFailed: of(CTA_STATS_INSERT_FAILED),
    dropped: of(CTA_STATS_DROP),
    earlyDropped: of(CTA_STATS_EARLY_DROP),
    chainTooLong: of(CTA_STATS_CHAIN_TOOLONG),
    connections: all?.u32BigEndian(CTA_STATS_GLOBAL_ENTRIES) ?? 0,
    most: all?.u32BigEndian(CTA_STATS_GLOBAL_MAX_ENTRIES) ?? 0,
  };
}
