import { assert, maskWord, type MirrorDirection, type MirrorRule, type Prefix } from '../../model/index.ts';

/**
 * Rules as a program of classic BPF (McCanne and Jacobson, "The BSD Packet Filter", 1993; Linux,
 * Documentation/networking/filter.rst). Loads go from the network header (SKF_NET_OFF), so that it is the same whatever link
 * and tags there are.
 */

/** Load into the accumulator: a word, half a word, a byte at an absolute place. */
const loadWord = 0x20;
const loadHalf = 0x28;
const loadByte = 0x30;
const andWith = 0x54;
const jumpIfEqual = 0x15;
const giveBack = 0x06;
/** SKF_NET_OFF, and of SKF_AD_OFF those with the EtherType and with the way of the packet. */
const network = 0xfff0_0000;
const etherType = 0xffff_f000;
const packetType = 0xffff_f004;
const outgoing = 4;
const etherTypes = { 4: 0x0800, 6: 0x86dd } as const;
/** Where headers have protocol and addresses (RFC 791, section 3.1; RFC 8200, section 3). */
const places = {
  4: { protocol: 9, source: 12, destination: 16 },
  6: { protocol: 6, source: 8, destination: 24 },
} as const;
/** BPF_MAXINSNS. */
const maxInstructions = 4096;
const instructionBytes = 8;

interface Instruction {
  code: number;
  value: number;
  /** Of a comparison: how many instructions are passed over. */
  ifTrue?: number;
  ifFalse?: number;
}

/** One test of a frame: what is loaded must be equal. */
interface Test {
  loads: Instruction[];
  equals: number;
}

/** The program, 8 bytes an instruction; it gives back how many bytes of a frame are kept. */
export function packetFilter(rules: readonly MirrorRule[], direction: MirrorDirection, snapBytes: number): Buffer {
  const instructions: Instruction[] = [];
  if (direction !== 'both') {
    const [ifTrue, ifFalse] = direction === 'egress' ? [1, 0] : [0, 1];
    instructions.push(
      { code: loadByte, value: packetType },
      { code: jumpIfEqual, value: outgoing, ifTrue, ifFalse },
      { code: giveBack, value: 0 },
    );
  }
  for (const rule of rules) {
    const tests = testsOf(rule);
    // Each test that fails passes over the rest of its rule, the giving back included.
    let left = tests.reduce((sum, { loads }) => sum + loads.length + 1, 1);
    for (const { loads, equals } of tests) {
      left -= loads.length + 1;
      instructions.push(...loads, { code: jumpIfEqual, value: equals, ifTrue: 0, ifFalse: left });
    }
    instructions.push({ code: giveBack, value: snapBytes });
  }
  instructions.push({ code: giveBack, value: 0 });
  assert(instructions.length <= maxInstructions, 'the number of rules is bounded');
  const program = Buffer.alloc(instructionBytes * instructions.length);
  instructions.forEach(({ code, value, ifTrue = 0, ifFalse = 0 }, place) => {
    const at = instructionBytes * place;
    program.writeUInt16LE(code, at);
    program.writeUInt8(ifTrue, at + 2);
    program.writeUInt8(ifFalse, at + 3);
    program.writeUInt32LE(value, at + 4);
  });
  return program;
}

function testsOf({ family, source, destination, protocol }: MirrorRule): Test[] {
  if (family === undefined) return [];
  const at = places[family];
  return [
    { loads: [{ code: loadHalf, value: etherType }], equals: etherTypes[family] },
    ...(protocol === undefined
      ? []
      : [{ loads: [{ code: loadByte, value: network + at.protocol }], equals: protocol }]),
    ...(source ? addressTests(source, at.source) : []),
    ...(destination ? addressTests(destination, at.destination) : []),
  ];
}

function addressTests({ words, bits }: Prefix, at: number): Test[] {
  return words.flatMap((equals, place) => {
    const mask = maskWord(bits, place);
    if (mask === 0) return [];
    const load = { code: loadWord, value: network + at + 4 * place };
    return [{ loads: mask === 0xffff_ffff ? [load] : [load, { code: andWith, value: mask }], equals }];
  });
}
