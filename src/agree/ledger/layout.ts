/** Folders and files of a watcher's data folder, as far as agreement owns them. */
export const layout = {
  /** Which format, whose: written once. */
  identity: 'identity.json',
  /** The consensus core's own records; truncated when their effects are durable in the ledger. */
  journal: 'journal',
  /** The record of all that happened; never truncated. */
  ledger: 'ledger',
  /** Signed size and root, within the ledger's folder. */
  checkpoint: 'checkpoint',
  /** The application's state at some position; always rebuilt from the ledger when it is missing. */
  snapshot: 'snapshot',
  /** The journal of a member whose ledger began with a watcher alone, whose own journal ends where the cluster begins. */
  votes: 'votes',
  /** What a member of a cluster has signed, apart from its journal. */
  guard: 'guard',
  /** Who the members were in each epoch, and how each began. */
  epochs: 'epochs',
} as const;

/** The name under which a watcher signs the checkpoints of its own ledger. */
export function ledgerOrigin(watcher: string): string {
  return `quorumwatch/${watcher}`;
}
