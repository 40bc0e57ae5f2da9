import { FlowRows } from '../../src/observe/flows/index.ts';
import { Enrichment, type Places } from '../../src/observe/flows/enrich/enrichment.ts';
import { GeoFile } from '../../src/observe/flows/enrich/geo-file.ts';
import { makeGeoFile } from '../../src/observe/flows/enrich/geo.fixture.ts';
import { CryptoPan } from '../../src/observe/flows/privacy/crypto-pan.ts';
import { hideAddresses } from '../../src/observe/flows/privacy/hide-addresses.ts';
import type { Enrich } from '../../src/observe/flows/sink.ts';
import { median, rounded, type BenchRow } from '../bench.ts';
import type { Part } from './part.ts';

const rowsAtOnce = 8192;
const hosts = 8000;

/** Passes over columns, by the share of addresses that came before; all others are anywhere on the Internet. */
export const enrich: Part = ({ quick, log }) => {
  const batches = quick ? 20 : 60;
  const random = numbers(1);
  const known = Array.from({ length: hosts }, random);
  const networks = Array.from({ length: 50 }, (_, at) => ({
    name: `network ${at}`,
    site: `site ${at % 5}`,
    prefixes: [`10.${at}.0.0/16`, `${at + 20}.1.0.0/16`],
  }));
  const book = { network: () => 1, name: () => 2, labelsOf: () => undefined };
  const places = geo(quick ? 50_000 : 300_000, random);
  const pan = new CryptoPan(Uint8Array.from({ length: 32 }, (_, at) => at));
  const passes: Record<string, () => Enrich> = {
    'networks, direction': () => new Enrichment({ networks, names: {}, book }).enrich,
    'and countries, systems': () => new Enrichment({ networks, names: {}, book, places }).enrich,
    pseudonyms: () => hideAddresses({ addresses: 'pseudonyms', of: 'all', keep: [], networks, pan }),
  };
  const rows: BenchRow[] = [];
  for (const [pass, make] of Object.entries(passes)) {
    for (const hits of [1, 0.9]) {
      const costs = Array.from({ length: 5 }, () => {
        const run = make();
        for (let warm = 0; warm < 4; warm++) run(rowsWith(1, known, random));
        const full = Array.from({ length: batches }, () => rowsWith(hits, known, random));
        const before = process.cpuUsage();
        for (const one of full) run(one);
        const { user, system } = process.cpuUsage(before);
        return (user + system) / (batches * rowsAtOnce);
      });
      log(`${pass}, ${hits * 100} %: ${costs.map((cost) => cost.toFixed(3)).join(' ')} us/record`);
      rows.push({ pass, hitsPercent: hits * 100, cpuUsPerRecord: rounded(median(costs)) });
    }
  }
  const notes = [
    `enrich: two addresses a record, ${hosts} of them known, networks of /24 in files of places; median of five`,
  ];
  return Promise.resolve({ rows, notes });
};

/** The same numbers in every run (Numerical Recipes, section 7.1). */
function numbers(seed: number): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0);
}

function rowsWith(hits: number, known: readonly number[], random: () => number): FlowRows {
  const rows = new FlowRows(rowsAtOnce);
  rows.rows = rowsAtOnce;
  rows.narrow.direction.fill(255);
  for (let row = 0; row < rowsAtOnce; row++) {
    for (const column of ['source_low', 'destination_low'] as const) {
      const isKnown = random() < hits * 2 ** 32;
      rows.words[column][2 * row] = isKnown ? (known[random() % known.length] ?? 0) : random();
      rows.words[column][2 * row + 1] = 0xffff;
    }
  }
  return rows;
}

function geo(networks: number, random: () => number): Places {
  const countries: Record<string, object> = {};
  const systems: Record<string, object> = {};
  // Neighbours lie side by side in such files.
  const sorted = Array.from({ length: networks }, random).sort((a, b) => a - b);
  for (const [at, network] of sorted.entries()) {
    const prefix = `${network >>> 24}.${(network >>> 16) & 255}.${(network >>> 8) & 255}.0/24`;
    countries[prefix] = { country: { iso_code: ['DE', 'ID', 'JP', 'KR'][at % 4] } };
    systems[prefix] = { autonomous_system_number: (at % 70_000) + 1 };
  }
  const country = new GeoFile(makeGeoFile(countries), 'country');
  const as = new GeoFile(makeGeoFile(systems), 'as');
  return { country: (words) => country.find(words), as: (words) => as.find(words) };
}
