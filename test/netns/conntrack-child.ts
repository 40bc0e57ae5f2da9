import { createInterface } from 'node:readline';
import { flowColumns, flowConntrackSchema, flowKinds, flowNatSchema, flowReporters } from '../../src/model/index.ts';
import { openConntrackSource } from '../../src/observe/flows/index.ts';
import { bytesOfWords, type AddressWords } from '../../src/observe/flows/enrich/address-words.ts';
import { formatAddress, systemClock } from '../../src/platform/index.ts';
import type { FlowRows } from '../../src/observe/flows/decode/flow-rows.ts';

/**
 * Runs inside a network namespace: keeps records of its connections, writes each row as a line, and answers `status` and
 * `close` on standard input.
 */
const given = JSON.parse(process.argv[2] ?? '{}') as { conntrack?: object; nat?: object; own?: string[] };
const reasons = [''];
const tell = (what: object) => process.stdout.write(`${JSON.stringify(what)}\n`);
const source = await openConntrackSource({
  conntrack: given.conntrack && flowConntrackSchema.parse(given.conntrack),
  nat: given.nat && flowNatSchema.parse(given.nat),
  names: {
    exporter: () => 7,
    reason: (text) => {
      if (!reasons.includes(text)) reasons.push(text);
      return reasons.indexOf(text);
    },
  },
  hostName: 'router',
  ownNetworks: given.own ?? [],
  clock: systemClock,
  sink: {
    take: (rows) => {
      for (let row = 0; row < rows.rows; row++) tell({ row: told(rows, row) });
    },
  },
});
tell({ ready: true });
createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'status') tell({ status: source.status(), nat: source.natStatus() });
  if (line === 'close') void source.close().then(() => tell({ closed: source.status() }));
});

function told({ narrow, wide, words }: FlowRows, row: number) {
  const address = (name: 'source' | 'destination' | 'nat_source' | 'nat_destination') => {
    const [high, low] = [words[`${name}_high`], words[`${name}_low`]];
    const at = [high[2 * row + 1], high[2 * row], low[2 * row + 1], low[2 * row]].map((word) => word ?? 0);
    return formatAddress(bytesOfWords(at as unknown as AddressWords));
  };
  const numbers = Object.keys(flowColumns).flatMap((name) =>
    name in narrow ? [[name, narrow[name as keyof typeof narrow][row]] as const] : [],
  );
  return {
    ...Object.fromEntries(numbers),
    kind: flowKinds[narrow.kind[row] ?? 0],
    reporter: flowReporters[narrow.reporter[row] ?? 0],
    reason: reasons[narrow.reason[row] ?? 0],
    source: address('source'),
    destination: address('destination'),
    natSource: address('nat_source'),
    natDestination: address('nat_destination'),
    bytes: Number(wide.bytes[row]),
    packets: Number(wide.packets[row]),
    end: Number(wide.ts[row]),
  };
}
