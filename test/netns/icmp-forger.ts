import { openWire } from './icmp-wire.ts';

/**
 * Answers echo requests to 127.0.0.9 in place of the kernel, which must be told not to (icmp_echo_ignore_all):
 * `icmp-forger.ts PLAN...`, where each step of the plan is `KIND@MS`: what to send how long after the request.
 */
const plan = process.argv.slice(2).map((step) => {
  const [kind = '', delay = '0'] = step.split('@');
  return { kind, delayMs: Number(delay) };
});
const wire = openWire();

function forge(kind: string, request: Buffer): { from: string; reply: Buffer } {
  const reply = Buffer.from(request);
  reply[0] = 0;
  switch (kind) {
    case 'wrong-source':
      return { from: '127.0.0.8', reply };
    case 'wrong-nonce':
      reply.writeUInt8(reply.readUInt8(13) ^ 1, 13);
      break;
    case 'wrong-secret':
      reply.writeUInt8(reply.readUInt8(14) ^ 1, 14);
      break;
    case 'truncated':
      return { from: '127.0.0.9', reply: reply.subarray(0, 10) };
    case 'short':
      return { from: '127.0.0.9', reply: reply.subarray(0, 22) };
    case 'good':
      break;
    default:
      throw new Error(`unknown step ${kind}`);
  }
  return { from: '127.0.0.9', reply };
}

wire.receive((request) => {
  for (const { kind, delayMs } of plan) {
    const { from, reply } = forge(kind, request);
    setTimeout(() => wire.send(from, reply), delayMs);
  }
});
console.log('ready');
