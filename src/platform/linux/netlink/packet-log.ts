import { QwError } from '../../../model/index.ts';
import * as linux from '../constants.ts';
import { describeErrno, int32, type Libc } from '../ffi.ts';
import {
  Attributes,
  encodeAttribute,
  encodeMessage,
  encodeU32BigEndian,
  NLM_F_ACK,
  NLM_F_REQUEST,
  NLMSG_ERROR,
  readMessages,
  type NetlinkMessage,
} from './message.ts';

/** A packet as a rule `log group` of nftables copied it, from its IP header on. */
export interface LoggedPacket {
  /** What the rule calls itself. */
  prefix: string;
  /** The firewall mark that it carried. */
  mark: number;
  /** A copy of its own. */
  bytes: Buffer;
}

/** One group of the kernel's packet log, which at most one program can listen to. */
export interface PacketLog {
  /** All that came since the last call; without waiting. Returns false when the kernel had to drop some. */
  read(onPacket: (packet: LoggedPacket) => void): boolean;
  close(): void;
}

/** `NFNL_SUBSYS_ULOG` and its messages and attributes (include/uapi/linux/netfilter/nfnetlink_log.h). */
const subsystem = 4 << 8;
const NFULNL_MSG_PACKET = 0;
const NFULNL_MSG_CONFIG = 1;
const NFULA_CFG_CMD = 1;
const NFULNL_CFG_CMD_BIND = 1;
const NFULA_CFG_MODE = 2;
const NFULNL_COPY_PACKET = 2;
const NFULA_CFG_QTHRESH = 5;
const NFULA_MARK = 2;
const NFULA_PAYLOAD = 9;
const NFULA_PREFIX = 10;
const headerBytes = 4;
const receiveBytes = 65_536;
/** What the kernel holds until it is read: a second of a thousand small packets, at the size that it counts them. */
const queueBytes = 8 * 1024 * 1024;
/** A flood must not hold the event loop. */
const datagramsAtOnce = 4096;

/** Throws CONFLICT when another program listens to the group, UNSUPPORTED when the kernel has no packet log. */
export function openPacketLog(libc: Libc, group: number, copyBytes: number): PacketLog {
  const type = linux.SOCK_RAW | linux.SOCK_CLOEXEC;
  const fd = libc.socket(linux.AF_NETLINK, type, linux.NETLINK_NETFILTER);
  if (fd < 0) throw new QwError('UNSUPPORTED', `packet log: ${describeErrno(libc.errno()).text}`);
  libc.setsockopt(fd, linux.SOL_SOCKET, linux.SO_RCVBUFFORCE, int32(queueBytes), 4);
  const inbox = Buffer.alloc(receiveBytes);
  const mode = Buffer.alloc(6);
  mode.writeUInt32BE(copyBytes, 0);
  mode.writeUInt8(NFULNL_COPY_PACKET, 4);
  const refused =
    configure(libc, fd, inbox, group, encodeAttribute(NFULA_CFG_CMD, Buffer.from([NFULNL_CFG_CMD_BIND]))) ??
    configure(libc, fd, inbox, group, encodeAttribute(NFULA_CFG_MODE, mode)) ??
    // One packet a message: what is copied can be read at once, which a switch relies on.
    configure(libc, fd, inbox, group, encodeU32BigEndian(NFULA_CFG_QTHRESH, 1));
  if (refused !== undefined) {
    libc.close(fd);
    const { code, text } = describeErrno(refused);
    if (code === 'EPERM' || code === 'EBUSY')
      throw new QwError('CONFLICT', `another program listens to group ${group} of the packet log`);
    throw new QwError('UNSUPPORTED', `packet log: ${text}`);
  }
  let closed = false;
  return {
    read: (onPacket) => {
      let complete = true;
      for (let datagrams = 0; datagrams < datagramsAtOnce; datagrams++) {
        if (closed) return complete;
        const length = libc.recv(fd, inbox, inbox.length, linux.MSG_DONTWAIT);
        if (length < 0) {
          if (libc.errno() !== linux.ENOBUFS) return complete;
          complete = false;
          continue;
        }
        for (const message of readMessages(inbox.subarray(0, length))) {
          const packet = decodePacket(message);
          if (packet) onPacket(packet);
        }
      }
      return complete;
    },
    close: () => {
      if (!closed) libc.close(fd);
      closed = true;
    },
  };
}

/** Undefined for other messages, and for those without a packet. */
export function decodePacket({ type, body }: NetlinkMessage): LoggedPacket | undefined {
  if (type !== (subsystem | NFULNL_MSG_PACKET) || body.length < headerBytes) return undefined;
  const attributes = new Attributes(body.subarray(headerBytes));
  const bytes = attributes.bytes(NFULA_PAYLOAD);
  if (!bytes) return undefined;
  const prefix = attributes.text(NFULA_PREFIX) ?? '';
  return { prefix, mark: attributes.u32BigEndian(NFULA_MARK) ?? 0, bytes: Buffer.from(bytes) };
}

/** The error number of a refusal; packets that came in between are none of ours yet. */
function configure(libc: Libc, fd: number, inbox: Buffer, group: number, attribute: Buffer): number | undefined {
  const header = Buffer.alloc(headerBytes);
  header.writeUInt16BE(group, 2);
  const body = Buffer.concat([header, attribute]);
  const message = encodeMessage(subsystem | NFULNL_MSG_CONFIG, NLM_F_REQUEST | NLM_F_ACK, 1, body);
  if (libc.send(fd, message, message.length, 0) < 0) return libc.errno();
  for (;;) {
    const length = libc.recv(fd, inbox, inbox.length, linux.MSG_DONTWAIT);
    if (length < 0) return libc.errno();
    const answer = readMessages(inbox.subarray(0, length)).find((one) => one.type === NLMSG_ERROR);
    if (answer) return -answer.body.readInt32LE(0) || undefined;
  }
}
