import type { FlowRows } from '../decode/flow-rows.ts';
import { addressText } from '../decode/address-text.ts';
import { FlowMeter, type FlowMeterOptions } from './flow-meter.ts';
import type { MeteredFrame } from './packet.ts';

/** Packets for tests, written byte by byte, and what a meter makes of them. */
export interface MadePacket {
  from?: string;
  to?: string;
  /** Of TCP or UDP. */
  ports?: readonly [number, number];
  protocol?: number;
  flags?: number;
  sequence?: number;
  acknowledged?: number;
  payload?: number | Uint8Array;
  tos?: number;
  /** ICMP type and code. */
  icmp?: readonly [number, number];
  /** IPv4: identifier, offset in units of eight bytes, and whether more follow. */
  piece?: readonly [identifier: number, offset: number, more: boolean];
  vlans?: readonly number[];
  labels?: readonly number[];
  /** Bytes behind the packet, as Ethernet fills up. */
  padding?: number;
}

export const tcp = 6;
export const udp = 17;

const bytesOf = (address: string): number[] =>
  address.includes(':')
    ? address
        .replace('::', `:${'0:'.repeat(9 - address.split(':').filter((part) => part !== '').length - 1)}`)
        .split(':')
        .filter((part) => part !== '')
        .slice(0, 8)
        .flatMap((part) => [Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255])
    : address.split('.').map(Number);
const zeroes = (count: number): number[] => Array.from({ length: count }, () => 0);
const two = (value: number): number[] => [(value >> 8) & 255, value & 255];
const four = (value: number): number[] => [...two(value >>> 16), ...two(value & 0xffff)];

function transportOf(made: MadePacket): number[] {
  const { protocol = tcp, ports = [0, 0], payload = 0, icmp, piece } = made;
  const content = typeof payload === 'number' ? zeroes(payload) : [...payload];
  if (piece && piece[1] > 0) return content;
  if (icmp) return [...icmp, 0, 0, 0, 0, 0, 0, ...content];
  if (protocol === udp) return [...two(ports[0]), ...two(ports[1]), ...two(8 + content.length), 0, 0, ...content];
  if (protocol !== tcp) return content;
  const { sequence = 0, acknowledged = 0, flags = 0x10 } = made;
  const head = [...two(ports[0]), ...two(ports[1]), ...four(sequence), ...four(acknowledged), 0x50, flags];
  return [...head, 0, 0, 0, 0, 0, 0, ...content];
}

/** The IP packet alone. IPv6 gets `extensions` between its header and the transport: next header 60 (RFC 8200, 4.6). */
export function ipPacket(made: MadePacket, extensions: readonly (readonly number[])[] = []): number[] {
  const { from = '192.0.2.1', to = '198.51.100.2', protocol = tcp, tos = 0, piece } = made;
  const content = [...extensions.flat(), ...transportOf(made)];
  if (from.includes(':')) {
    const next = extensions.length > 0 ? 60 : protocol;
    const head = [0x60 | (tos >> 4), (tos & 15) << 4, 0, 0, ...two(content.length), next, 64];
    return [...head, ...bytesOf(from), ...bytesOf(to), ...content];
  }
  const [identifier, offset, more] = piece ?? [0, 0, false];
  const head = [0x45, tos, ...two(20 + content.length), ...two(identifier), ...two(offset | (more ? 0x2000 : 0))];
  return [...head, 64, protocol, 0, 0, ...bytesOf(from), ...bytesOf(to), ...content];
}

export function ethernet(made: MadePacket, packet: readonly number[] = ipPacket(made)): Uint8Array {
  const { vlans = [], labels = [], padding = 0, from = '' } = made;
  const type = labels.length > 0 ? 0x8847 : from.includes(':') ? 0x86dd : 0x0800;
  const stack = labels.flatMap((label, place) =>
    four(((label << 12) | (place === labels.length - 1 ? 0x100 : 0) | 64) >>> 0),
  );
  const tags = vlans.flatMap((vlan) => [0x81, 0x00, ...two(vlan)]);
  const addresses = [2, 0, 0, 0, 0, 1, 2, 0, 0, 0, 0, 2];
  return Uint8Array.from([...addresses, ...tags, ...two(type), ...stack, ...packet, ...zeroes(padding)]);
}

export function frameOf(bytes: Uint8Array, at: number, rest: Partial<MeteredFrame> = {}): MeteredFrame {
  const whole = { from: 0, to: bytes.length, originalBytes: bytes.length };
  return { at, bytes, ...whole, begins: 'ethernet', exporter: 7, interface: 0, outgoing: undefined, ...rest };
}

export interface MadeRow {
  source: string;
  destination: string;
  ports: [number, number];
  protocol: number;
  packets: number;
  bytes: number;
  flags: number;
  icmp: number;
  vlan: number;
  tos: number;
  start: number;
  end: number;
  why: number;
  tripUs: number;
  exporter: number;
  input: number;
  output: number;
  direction: number;
}

export function metered(options: Partial<FlowMeterOptions> = {}): { meter: FlowMeter; rows: MadeRow[] } {
  const rows: MadeRow[] = [];
  const meter = new FlowMeter({
    seed: 1,
    onRows: (full) => {
      for (let row = 0; row < full.rows; row++) rows.push(rowOf(full, row));
    },
    ...options,
  });
  return { meter, rows };
}

function rowOf({ narrow, wide, start, end }: FlowRows, row: number): MadeRow {
  return {
    source: textOf(wide.source_high[row] ?? 0n, wide.source_low[row] ?? 0n),
    destination: textOf(wide.destination_high[row] ?? 0n, wide.destination_low[row] ?? 0n),
    ports: [narrow.source_port[row] ?? 0, narrow.destination_port[row] ?? 0],
    protocol: narrow.protocol[row] ?? 0,
    packets: Number(wide.packets[row]),
    bytes: Number(wide.bytes[row]),
    flags: narrow.tcp_flags[row] ?? 0,
    icmp: narrow.icmp[row] ?? 0,
    vlan: narrow.vlan[row] ?? 0,
    tos: narrow.tos[row] ?? 0,
    start: start[row] ?? 0,
    end: end[row] ?? 0,
    why: narrow.end_reason[row] ?? 0,
    tripUs: narrow.rtt_us[row] ?? 0,
    exporter: narrow.exporter[row] ?? 0,
    input: narrow.input[row] ?? 0,
    output: narrow.output[row] ?? 0,
    direction: narrow.direction[row] ?? 0,
  };
}

function textOf(high: bigint, low: bigint): string {
  const bytes = new DataView(new ArrayBuffer(16));
  bytes.setBigUint64(0, high);
  bytes.setBigUint64(8, low);
  const isMapped = high === 0n && low >> 32n === 0xffffn;
  return addressText(new Uint8Array(bytes.buffer).subarray(isMapped ? 12 : 0));
}
