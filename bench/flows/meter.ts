import { FlowMeter, FlowRows, type MeteredFrame } from '../../src/observe/flows/index.ts';
import { ethernet } from '../../src/observe/flows/meter/packet.fixture.ts';
import { Random, Weighted, zipf } from '../../src/observe/flows/generate/random.ts';
import { median, rounded, type BenchRow } from '../bench.ts';
import type { Part } from './part.ts';

const packetsPerSecond = 100_000;
const keptBytes = 96;
const rowsAtOnce = 8192;
const startAt = 1_795_000_000_000;

/** Both directions of so many connections, as a capture keeps their packets. */
function framesOf(connections: number): MeteredFrame[] {
  return Array.from({ length: connections }, (_, place) => {
    const host = `10.${(place >> 16) & 255}.${(place >> 8) & 255}.${place & 255}`;
    const server = `198.51.100.${place % 250}`;
    return [
      { from: host, to: server, ports: [40_000, 443], payload: 60 } as const,
      { from: server, to: host, ports: [443, 40_000], payload: 1400 } as const,
    ].map((made): MeteredFrame => {
      const bytes = ethernet(made);
      const kept = bytes.slice(0, keptBytes);
      const seen = { exporter: 1, interface: 1, outgoing: undefined };
      return { at: 0, bytes: kept, from: 0, to: kept.length, begins: 'ethernet', originalBytes: bytes.length, ...seen };
    });
  }).flat();
}

/** Packets into flow records, and nothing else: no socket, no disk. Few hosts make most of the traffic. */
export const meter: Part = ({ quick, log }) => {
  const packets = quick ? 500_000 : 2_000_000;
  const rows: BenchRow[] = [];
  for (const connections of [100, 10_000, 50_000]) {
    const frames = framesOf(connections);
    const weights = new Weighted(zipf(frames.length, 0.9));
    const random = new Random(7);
    const order = Uint32Array.from({ length: packets }, () => weights.draw(random));
    let records = 0;
    const rates = Array.from({ length: 5 }, (_, turn) => {
      let kept = new FlowRows(rowsAtOnce);
      records = 0;
      const onRows = (full: FlowRows) => {
        records += full.rows;
        full.clear();
        kept = full;
      };
      const made = new FlowMeter({ seed: turn, onRows, takeRows: () => kept });
      const before = process.cpuUsage();
      for (let place = 0; place < packets; place++) {
        const frame = frames[order[place] as number] as MeteredFrame;
        frame.at = startAt + (place * 1000) / packetsPerSecond;
        made.take(frame);
      }
      made.end();
      const { user, system } = process.cpuUsage(before);
      if (made.figures().packets !== packets) throw new Error(`${made.figures().packets} packets of ${packets}`);
      return packets / (user + system);
    });
    log(`meter ${connections}: ${rates.map((rate) => rate.toFixed(2)).join(' ')} M packets/CPU-s`);
    rows.push({ meter: connections, packets, records, millionPacketsPerCpuSecond: rounded(median(rates)) });
  }
  return Promise.resolve({
    rows,
    notes: ['meter: packets of so many connections at 100,000 a second, 96 bytes kept of each; median of five'],
  });
};
