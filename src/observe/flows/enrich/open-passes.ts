import type { FlowSettings } from '../../../model/index.ts';
import type { Log } from '../../../platform/index.ts';
import type { NameBook } from '../names.ts';
import type { Enrich } from '../sink.ts';
import { CryptoPan } from '../privacy/crypto-pan.ts';
import { hideAddresses } from '../privacy/hide-addresses.ts';
import { readPrivacyKey } from '../privacy/privacy-key.ts';
import { Enrichment } from './enrichment.ts';
import { GeoFiles } from './geo-files.ts';

/** What of the configuration says how records are enriched, and what of them is hidden. */
export type PassSettings = Pick<FlowSettings, 'networks' | 'names' | 'geo' | 'privacy'> & {
  exporters: readonly Pick<FlowSettings['exporters'][number], 'addresses' | 'site'>[];
};

export interface Passes {
  /** In this order, over all rows before they are written. */
  passes: readonly Enrich[];
  /** What cannot be used at present, in sentences. */
  readonly problems: readonly string[];
  /** Reads files that have changed; to be called every minute or so. Never rejects. */
  refresh(): Promise<void>;
}

/**
 * All passes of a collector: first what the true addresses tell, then their hiding. Throws SECRET_UNREADABLE when pseudonyms
 * are wanted and there is no key: then nothing may be collected at all.
 */
export async function openPasses(
  settings: PassSettings,
  book: Pick<NameBook, 'network' | 'name' | 'labelsOf'>,
  log: Log,
): Promise<Passes> {
  const { networks, names, geo, privacy, exporters } = settings;
  const files = new GeoFiles(geo);
  const sites = new Map(
    exporters.flatMap(({ addresses, site }) =>
      site === undefined ? [] : addresses.map((one) => [one, site] as const),
    ),
  );
  // Without a file nothing is to be looked up, which is quicker than to find nothing.
  const places = geo.country === undefined && geo.as === undefined ? undefined : files;
  const enrichment = new Enrichment({ networks, names, book, places, sites });
  const refresh = async () => {
    const before = files.problems.join('\n');
    if (await files.refresh()) enrichment.forget();
    if (files.problems.length > 0 && files.problems.join('\n') !== before) {
      log.warning('places of addresses are not known', { problems: files.problems });
    }
  };
  await refresh();
  return {
    passes: [enrichment.enrich, ...(await hiding(privacy, networks, log))],
    get problems() {
      return files.problems;
    },
    refresh,
  };
}

async function hiding(
  privacy: FlowSettings['privacy'],
  networks: FlowSettings['networks'],
  log: Log,
): Promise<readonly Enrich[]> {
  const { addresses, of, 'key-file': keyFile, 'keep-networks': keep } = privacy;
  if (addresses === 'keep') return [];
  const key = keyFile === undefined ? undefined : await readPrivacyKey(keyFile, (message) => log.warning(message));
  return [hideAddresses({ addresses, of, keep, networks, pan: key && new CryptoPan(key) })];
}
