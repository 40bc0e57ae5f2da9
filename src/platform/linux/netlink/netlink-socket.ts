import { QwError } from '../../../model/index.ts';
import * as linux from '../constants.ts';
import { describeErrno, int32, type Libc } from '../ffi.ts';
import {
  Attributes,
  encodeMessage,
  NLM_F_ACK,
  NLM_F_ACK_TLVS,
  NLM_F_DUMP,
  NLM_F_DUMP_INTR,
  NLM_F_REQUEST,
  NLMSG_DONE,
  NLMSG_ERROR,
  NLMSG_OVERRUN,
  readMessages,
  type NetlinkMessage,
} from './message.ts';

/** A request without its number. */
export interface NetlinkRequest {
  type: number;
  flags: number;
  body: Uint8Array;
}

/** Why the kernel refused: an error name such as ESRCH, and the kernel's own sentence where it gives one. */
export interface NetlinkRefusal {
  code: string;
  text: string;
}

/** The kernel sends dumps in datagrams of at most 32 KiB. */
const receiveBytes = 65_536;
/** Acknowledgements of one batch must fit the default receive buffer. */
const largestBatch = 64;
/** A table that changes all the time under a dump is read this often before it is given up. */
const dumpAttempts = 8;
const headerBytes = 16;

/**
 * One netlink socket. The kernel answers within `send`, so that nothing here ever waits: a change is done when the call
 * returns, which keeps a switch of routes within one turn of the event loop.
 */
export class NetlinkSocket {
  readonly #libc: Libc;
  readonly #fd: number;
  readonly #inbox = Buffer.alloc(receiveBytes);
  #sequence = 0;

  /** Throws UNSUPPORTED where the kernel has no such netlink family. */
  constructor(libc: Libc, protocol: number) {
    this.#libc = libc;
    this.#fd = libc.socket(linux.AF_NETLINK, linux.SOCK_RAW | linux.SOCK_CLOEXEC, protocol);
    if (this.#fd < 0) throw new QwError('UNSUPPORTED', `netlink: ${describeErrno(libc.errno()).text}`);
    // Older kernels lack some of these: then errors carry no sentence, and dumps are filtered here.
    for (const option of [linux.NETLINK_CAP_ACK, linux.NETLINK_EXT_ACK, linux.NETLINK_GET_STRICT_CHK]) {
      libc.setsockopt(this.#fd, linux.SOL_NETLINK, option, int32(1), 4);
    }
  }

  /** Sends all requests at once; the answers stand at their places, undefined for a request that was done. */
  batch(requests: readonly NetlinkRequest[]): (NetlinkRefusal | undefined)[] {
    const outcomes: (NetlinkRefusal | undefined)[] = [];
    for (let start = 0; start < requests.length; start += largestBatch) {
      outcomes.push(...this.#batch(requests.slice(start, start + largestBatch)));
    }
    return outcomes;
  }

  /** One request that answers with messages (a lookup of a route, of a link); a refusal in their place. */
  ask(request: NetlinkRequest): NetlinkMessage[] | NetlinkRefusal {
    const sequence = this.#send([{ ...request, flags: request.flags | NLM_F_ACK }]);
    const found: NetlinkMessage[] = [];
    for (;;) {
      for (const message of this.#receive()) {
        if (message.sequence !== sequence) continue;
        if (message.type === NLMSG_ERROR) return refusalOf(message) ?? found;
        found.push(kept(message));
      }
    }
  }

  /** All objects of a kind, read again when the table changed meanwhile. Throws UNSUPPORTED when the kernel refuses. */
  dump(type: number, body: Uint8Array): NetlinkMessage[] {
    for (let attempt = 1; ; attempt++) {
      const { messages, interrupted } = this.#dumpOnce(type, body);
      if (!interrupted || attempt === dumpAttempts) return messages;
    }
  }

  close(): void {
    this.#libc.close(this.#fd);
  }

  #dumpOnce(type: number, body: Uint8Array): { messages: NetlinkMessage[]; interrupted: boolean } {
    const sequence = this.#send([{ type, flags: NLM_F_DUMP, body }]);
    const messages: NetlinkMessage[] = [];
    let interrupted = false;
    for (;;) {
      for (const message of this.#receive()) {
        if (message.sequence !== sequence) continue;
        interrupted ||= (message.flags & NLM_F_DUMP_INTR) !== 0;
        if (message.type === NLMSG_DONE) return { messages, interrupted };
        if (message.type === NLMSG_ERROR || message.type === NLMSG_OVERRUN) {
          const refusal = refusalOf(message);
          // A table that nobody has made yet is an empty one.
          if (refusal?.code === 'ENOENT') return { messages: [], interrupted: false };
          throw new QwError('UNSUPPORTED', `netlink dump ${type}: ${refusal?.text ?? 'overrun'}`, { facts: { type } });
        }
        messages.push(kept(message));
      }
    }
  }

  #batch(requests: readonly NetlinkRequest[]): (NetlinkRefusal | undefined)[] {
    if (requests.length === 0) return [];
    const last = this.#send(requests.map((request) => ({ ...request, flags: request.flags | NLM_F_ACK })));
    const first = last - requests.length + 1;
    const outcomes: (NetlinkRefusal | undefined)[] = requests.map(() => undefined);
    let waiting = requests.length;
    while (waiting > 0) {
      for (const message of this.#receive()) {
        if (message.type !== NLMSG_ERROR || message.sequence < first || message.sequence > last) continue;
        outcomes[message.sequence - first] = refusalOf(message);
        waiting--;
      }
    }
    return outcomes;
  }

  /** The number of the last request. */
  #send(requests: readonly NetlinkRequest[]): number {
    const bytes = Buffer.concat(
      requests.map(({ type, flags, body }) => encodeMessage(type, flags | NLM_F_REQUEST, ++this.#sequence, body)),
    );
    if (this.#libc.send(this.#fd, bytes, bytes.length, 0) < 0) this.#fail('send');
    return this.#sequence;
  }

  #receive(): NetlinkMessage[] {
    const length = this.#libc.recv(this.#fd, this.#inbox, this.#inbox.length, linux.MSG_DONTWAIT);
    if (length < 0) this.#fail('receive');
    return readMessages(this.#inbox.subarray(0, length));
  }

  #fail(what: string): never {
    const { code, text } = describeErrno(this.#libc.errno());
    throw new QwError('UNSUPPORTED', `netlink ${what}: ${text}`, { facts: { errno: code } });
  }
}

/** The buffer is used again for the next datagram. */
function kept(message: NetlinkMessage): NetlinkMessage {
  return { ...message, body: Buffer.from(message.body) };
}

/** Undefined for an acknowledgement. */
function refusalOf({ body, flags }: NetlinkMessage): NetlinkRefusal | undefined {
  const errno = body.length >= 4 ? -body.readInt32LE(0) : 0;
  if (errno === 0) return undefined;
  const { code, text } = describeErrno(errno);
  const details = (flags & NLM_F_ACK_TLVS) === 0 ? undefined : new Attributes(body.subarray(4 + headerBytes)).text(1);
  return { code, text: details === undefined ? text : `${text}: ${details}` };
}
