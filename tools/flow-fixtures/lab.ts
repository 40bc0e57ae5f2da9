import { Tally, type Comparison } from './comparison.ts';
import { datagramsOf, filesBelow, readText } from './fixtures.ts';
import { rowsOf } from './rows.ts';

/** What softflowd told of traffic, compared with that traffic: packets of every connection, and bytes where they are exact. */
export function compareWithTraffic(): Comparison[] {
  const truth = conversations(readText('lab-exporters/softflowd.ground-truth.txt'));
  return filesBelow('lab-exporters', '.pcap')
    .filter((capture) => capture.includes('softflowd') && !capture.includes('sampled'))
    .map((capture) => {
      const tally = new Tally('softflowd', 'traffic', capture);
      const sums = new Map<string, { packets: number; bytes: number }>();
      for (const { source, destination, narrow, packets, bytes } of rowsOf(datagramsOf(capture))) {
        const key = `${source}:${narrow['source_port']} ${destination}:${narrow['destination_port']}`;
        const sum = sums.get(key) ?? { packets: 0, bytes: 0 };
        sums.set(key, { packets: sum.packets + Number(packets), bytes: sum.bytes + Number(bytes) });
      }
      for (const { key, packets, bytes } of truth) {
        // NetFlow v5 knows no IPv6.
        if (capture.includes('v5') && key.includes('::')) continue;
        tally.records++;
        tally.value(key, 'packets', sums.get(key)?.packets, packets);
        if (bytes !== undefined) tally.value(key, 'bytes', sums.get(key)?.bytes, bytes);
      }
      return tally;
    });
}

interface Way {
  key: string;
  packets: number;
  /** Of the network layer; undefined where the table rounds. */
  bytes: number | undefined;
}

/** Bytes of Ethernet before each packet. */
const linkBytes = 14;

/** Both ways of each connection of tshark's tables of TCP and UDP. */
function conversations(text: string): Way[] {
  const tables = text.slice(text.indexOf('TCP Conversations'));
  const line = /^(\S+:\d+)\s+<-> (\S+:\d+)\s+(\d+) (\d+ \w+)\s+(\d+) (\d+ \w+)\s/gm;
  return [...tables.matchAll(line)].flatMap(
    ([, near = '', far = '', back = '', backBytes = '', out = '', outBytes = '']) => [
      way(`${near} ${far}`, out, outBytes),
      way(`${far} ${near}`, back, backBytes),
    ],
  );
}

function way(key: string, packets: string, amount: string): Way {
  const [number, unit] = amount.split(' ');
  const isExact = unit === 'bytes';
  return { key, packets: Number(packets), bytes: isExact ? Number(number) - linkBytes * Number(packets) : undefined };
}
