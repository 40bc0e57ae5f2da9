import * as linux from '../../src/platform/linux/constants.ts';
import { openLibc, type Libc, type PollHandle } from '../../src/platform/linux/ffi.ts';
import { parseAddress } from '../../src/platform/net/icmp/address.ts';
import { MessageBatch } from '../../src/platform/net/icmp/batch.ts';
import { openIcmp, writeSocketAddress } from '../../src/platform/net/icmp/echo-socket.ts';
import { writeChecksum } from '../../src/platform/net/icmp/packet.ts';

/** Raw ICMP by hand: hands over echo requests to 127.0.0.9, sends messages to 127.0.0.1 from any local address. */
export function openWire() {
  const libc = openLibc();
  const receiver = openIcmp(libc, 4, 'raw');
  const incoming = new MessageBatch(libc, 1);
  const senders = new Map<string, number>();
  /** A poll handle that nobody holds is collected, and then calls back no more. */
  const held = new Set<PollHandle>();
  return {
    receive(onRequest: (request: Buffer) => void): void {
      const handle = libc.poll(receiver, () => {
        incoming.prepareReceive();
        const count = libc.recvmmsg(receiver, incoming.headers, 1, linux.MSG_DONTWAIT, null);
        if (count < 1) return;
        incoming.received(count);
        const message = incoming.data.subarray(20, incoming.length(0));
        if (message[0] === 8 && incoming.data.readUInt32BE(16) === 0x7f000009) onRequest(Buffer.from(message));
      });
      held.add(handle);
    },
    send(from: string, message: Buffer): void {
      const fd = senders.get(from) ?? boundSocket(libc, from);
      senders.set(from, fd);
      const outgoing = new MessageBatch(libc, 1);
      message.copy(outgoing.data);
      outgoing.data.writeUInt16BE(0, 2);
      writeChecksum(outgoing.data, 0, message.length);
      outgoing.prepareSend(0, writeSocketAddress(outgoing.names, 0, literal('127.0.0.1'), 0), message.length);
      if (libc.sendmmsg(fd, outgoing.headers, 1, 0) !== 1) throw new Error(`sendmmsg: ${libc.errno()}`);
    },
  };
}

function boundSocket(libc: Libc, from: string): number {
  const fd = openIcmp(libc, 4, 'raw');
  const name = Buffer.alloc(32);
  if (libc.bind(fd, name, writeSocketAddress(name, 0, literal(from), 0)) < 0) throw new Error(`bind: ${libc.errno()}`);
  return fd;
}

function literal(text: string) {
  const address = parseAddress(text);
  if (!address) throw new Error(text);
  return address;
}
