import type { ClientTable } from './client-table.ts';
import type { Bundle, Proposal } from './messages.ts';
import type { RequestPool } from './request-pool.ts';

/** The bundles that a proposal names, once all of them are here. */
export function contentOf(
  proposal: Proposal,
  pool: RequestPool,
  clients: Pick<ClientTable, 'accepts'>,
): Bundle[] | undefined {
  const bundles: Bundle[] = [];
  for (const { client, number, digest } of proposal.bundles) {
    const bundle = pool.get(digest);
    if (bundle) bundles.push(bundle);
    // What was executed before is skipped here too: nobody needs its content, and nobody may have it any more.
    else if (clients.accepts(client, number)) return undefined;
  }
  return bundles;
}

/** Whether a reference gives a bundle another client or number than the bundle itself. */
export function namesOthers(proposal: Proposal, pool: RequestPool): boolean {
  return proposal.bundles.some(({ client, number, digest }) => {
    const bundle = pool.get(digest);
    return bundle && (bundle.signer !== client || bundle.number !== number);
  });
}

/** Whether it names a bundle twice. */
export function hasDuplicates({ bundles }: Proposal): boolean {
  return new Set(bundles.map(({ client, number }) => `${client} ${number}`)).size !== bundles.length;
}
