import { cosign, cosignedNote, entryHash, type SealSource, type Signer } from '../agree/index.ts';
import { clusterOrigin, genesisText, QwError, utf8, type Genesis } from '../model/index.ts';
import type { Clock } from '../platform/index.ts';
import type { CertifiedLedger } from './certificates.ts';
import type { WatcherReplica } from './cluster-figures.ts';

export interface CertifiedLedgerParts {
  replica: WatcherReplica;
  genesis: Genesis;
  signer: Signer;
  clock: Clock;
}

/** The ledger of a replica with what vouches for it: the members' signatures, or the own one of a watcher alone. */
export function certifiedLedger(parts: CertifiedLedgerParts): CertifiedLedger {
  const { replica, genesis } = parts;
  const stored = () => {
    const ledger = replica.stored?.();
    if (!ledger) throw new QwError('UNSUPPORTED', 'this watcher holds no ledger of its own');
    return ledger;
  };
  return {
    genesis,
    get tiles() {
      return stored().tiles;
    },
    records: (from, limit) => stored().records(from, limit),
    seals: async () => (replica.seals ? replica.seals() : [await ownSeal(parts)]),
    epochEnds: async () => replica.epochEnds?.() ?? [],
  };
}

/** Alone, a watcher signs its ledger when it is asked to, after making it durable. */
async function ownSeal({ replica, genesis, signer, clock }: CertifiedLedgerParts): Promise<SealSource> {
  const { size, root } = await replica.checkpoint();
  const network = Buffer.from(entryHash(utf8(genesisText(genesis))), 'latin1').toString('hex');
  const checkpoint = { origin: clusterOrigin(genesis.cluster, network), size, root };
  return { size, root, note: cosignedNote(checkpoint, [cosign(checkpoint, signer, Math.floor(clock.now() / 1000))]) };
}
