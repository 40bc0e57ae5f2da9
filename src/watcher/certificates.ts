import {
  certificateCrypto,
  decodeEntry,
  entryHash,
  entryKind,
  exportCertificate,
  tileLeaves,
  type LeafTiles,
  type ProvedRecord,
  type SealSource,
} from '../agree/index.ts';
import { genesisText, QwError, utf8, verifyCertificate, type Genesis, type Incident } from '../model/index.ts';

/** What an outage certificate is gathered from: the ledger as it is stored, and what its members signed. */
export interface CertifiedLedger {
  readonly genesis: Genesis;
  /** The Merkle tree over all entries. */
  readonly tiles: LeafTiles;
  /** Stored entries from a position on, at most `limit`. */
  records(from: number, limit: number): Promise<readonly Uint8Array[]>;
  /** What members signed, newest first; none while they have signed nothing. */
  seals(): Promise<readonly SealSource[]>;
  /** Where former epochs ended and what their members signed there, oldest first. */
  epochEnds(): Promise<readonly SealSource[]>;
}

type Known = Pick<Incident, 'id' | 'transitions'>;

const scanEntries = 1000;

/**
 * Makes the outage certificates of one ledger. It remembers where membership changes stand, so that the whole ledger is
 * read for the first certificate only.
 */
export class Certificates {
  readonly #ledger: CertifiedLedger;
  readonly #network;
  readonly #memberships: number[] = [];
  #scanned = 0;
  #scan: Promise<void> | undefined;

  constructor(ledger: CertifiedLedger) {
    this.#ledger = ledger;
    this.#network = entryHash(utf8(genesisText(ledger.genesis)));
  }

  /**
   * The certificate's text, verified. Throws CONFLICT while the members have not yet signed a ledger that holds the
   * incident, and when no certificate can be made of it. `since` is the size of a ledger that the reader knows: the
   * certificate then shows that this one has grown from it.
   */
  async export(incident: Known, since?: number): Promise<string> {
    const from = incident.transitions[0];
    if (from === undefined) throw new QwError('CONFLICT', `incident ${incident.id} was opened by no transition`);
    let problem: unknown;
    // Where an epoch has just ended, the newest seal may be of members whose epoch it was no more.
    for (const seal of await this.#ledger.seals()) {
      try {
        return await this.#exportUnder(seal, incident.id, from, since);
      } catch (thrown) {
        if (!(thrown instanceof QwError) || thrown.code !== 'CONFLICT') throw thrown;
        problem ??= thrown;
      }
    }
    throw problem ?? unsigned(incident.id);
  }

  async #exportUnder(seal: SealSource, id: string, from: number, since: number | undefined): Promise<string> {
    const entry = await this.#lastEntry(seal.size, id, from);
    await this.#findMemberships();
    // A seal from before the last change of voters vouches for what was then, by those who voted then.
    const ends = (await this.#ledger.epochEnds()).filter(({ size }) => size <= seal.size);
    const tiles = new Map<number, Promise<readonly string[]>>();
    const proved = (position: number, size = seal.size) => this.#proved(position, size, tiles);
    const starts = [0, ...ends.map(({ size }) => size)];
    const changes = (from: number, to: number) =>
      this.#memberships.filter((position) => position >= from && position < to);
    const positions = (bodyOf(entry.record) as Incident).transitions;
    const text = exportCertificate({
      network: this.#network,
      ...(since !== undefined && { history: await this.#history(since, seal.size) }),
      epochs: await each(ends, async (end, at) => ({
        seal: end,
        changes: await each(changes(starts[at] ?? 0, end.size), (position) => proved(position, end.size)),
      })),
      changes: await each(changes(starts.at(-1) ?? 0, seal.size), (position) => proved(position)),
      seal,
      incident: await proved(entry.position),
      transitions: await each(positions, async (position) => {
        const transition = await proved(position);
        const { opinions } = bodyOf(transition.record) as { opinions: readonly { watcher: string; said?: number }[] };
        return { transition, observations: await each(opinions, (opinion) => this.#said(opinion)) };
      }),
    });
    const { ok, reason, detail } = verifyCertificate(certificateCrypto, utf8(text), this.#ledger.genesis);
    if (!ok) throw new QwError('CONFLICT', `incident ${id} cannot be certified: ${detail}`, { facts: { reason } });
    return text;
  }

  /** The last entry of the incident in the ledger of this size. */
  async #lastEntry(size: number, id: string, from: number): Promise<{ position: number; record: Uint8Array }> {
    let found: { position: number; record: Uint8Array } | undefined;
    for (let at = from; at < size;) {
      const records = await this.#ledger.records(at, Math.min(scanEntries, size - at));
      if (records.length === 0) break;
      for (const [offset, record] of records.entries()) {
        if (entryKind(record) !== 'incident') continue;
        if ((bodyOf(record) as Incident).id === id) found = { position: at + offset, record };
      }
      at += records.length;
    }
    if (!found) throw unsigned(id);
    return found;
  }

  async #said({ watcher, said }: { watcher: string; said?: number }): Promise<Uint8Array> {
    if (said === undefined) {
      throw new QwError('CONFLICT', `what ${watcher} said stands in the ledger without its signature`, {
        hint: 'entries of version 0.1.0 were not signed one by one; later incidents can be certified',
      });
    }
    return this.#record(said);
  }

  async #proved(position: number, size: number, tiles: Map<number, Promise<readonly string[]>>): Promise<ProvedRecord> {
    const { tiles: tree } = this.#ledger;
    const read = new Map<number, readonly string[]>();
    for (const tile of tree.tilesOfInclusion(position, size)) {
      const leaves = tiles.get(tile) ?? this.#leaves(tile);
      tiles.set(tile, leaves);
      read.set(tile, await leaves);
    }
    const record = await this.#record(position);
    return { record, proof: tree.inclusion(position, size, (tile) => read.get(tile) ?? []) };
  }

  async #history(since: number, size: number): Promise<{ size: number; root: string; proof: readonly string[] }> {
    const { tiles } = this.#ledger;
    if (since < 1 || since > size) {
      throw new QwError('CONFLICT', `the members have signed a ledger of ${size} entries; ${since} is no part of it`);
    }
    const read = new Map<number, readonly string[]>();
    for (const tile of tiles.tilesOfConsistency(since, size)) read.set(tile, await this.#leaves(tile));
    const readTile = (tile: number) => read.get(tile) ?? [];
    return { size: since, root: tiles.rootAt(since, readTile), proof: tiles.consistency(since, size, readTile) };
  }

  async #leaves(tile: number): Promise<readonly string[]> {
    return (await this.#ledger.records(tile * tileLeaves, tileLeaves)).map((record) => entryHash(record));
  }

  async #record(position: number): Promise<Uint8Array> {
    const [record] = await this.#ledger.records(position, 1);
    if (!record) throw new QwError('INTERNAL', `entry ${position} is not in the ledger`);
    return record;
  }

  #findMemberships(): Promise<void> {
    this.#scan ??= this.#scanOn().finally(() => {
      this.#scan = undefined;
    });
    return this.#scan;
  }

  async #scanOn(): Promise<void> {
    while (this.#scanned < this.#ledger.tiles.size) {
      const records = await this.#ledger.records(this.#scanned, scanEntries);
      if (records.length === 0) return;
      for (const [offset, record] of records.entries()) {
        if (entryKind(record) === 'membership') this.#memberships.push(this.#scanned + offset);
      }
      this.#scanned += records.length;
    }
  }
}

function unsigned(id: string): QwError {
  return new QwError('CONFLICT', `the members have not yet signed the ledger with incident ${id}`, {
    hint: 'try again in a few seconds; if it stays so, fewer than a quorum of the members are connected',
  });
}

function bodyOf(record: Uint8Array): unknown {
  const entry = decodeEntry(record);
  if (!entry) throw new QwError('INTERNAL', 'a record of the ledger is not an entry');
  return entry.body;
}

/** One after the other: a certificate must not fill memory or keep the disk busy. */
async function each<Item, Made>(
  items: readonly Item[],
  make: (item: Item, at: number) => Promise<Made>,
): Promise<Made[]> {
  const made: Made[] = [];
  for (const [at, item] of items.entries()) made.push(await make(item, at));
  return made;
}
