import type { Genesis } from '../genesis.ts';
import { operatorStatement } from '../membership.ts';
import { bodyOf, contentOf, type MembershipView } from './bodies.ts';
import { fromBase64, fromHex, utf8 } from './bytes.ts';
import { nodeHashHex } from './crypto.ts';
import { certificateLeaf } from './entry.ts';
import { provesInclusion } from './merkle-proof.ts';
import { Refused } from './reasons.ts';
import { checkSeal, votersOf, type Epoch, type SealContext } from './seal.ts';
import type { CertificateIncluded, CertificateSeal, OutageCertificate } from './shape.ts';

/** The leaf of an entry leads to the root that the seal names. */
export function checkIncluded(
  { crypto }: SealContext,
  { entry, proof }: CertificateIncluded,
  seal: CertificateSeal,
): void {
  const place = { index: entry.position, size: seal.size };
  if (!provesInclusion(nodeHashHex(crypto), proof, place, certificateLeaf(crypto, entry), seal.root)) {
    throw new Refused('not-included', `entry ${entry.position} is not in the ledger of size ${seal.size}`);
  }
}

/**
 * Walks from the genesis to the members of the present epoch. Each epoch is sealed by its own members, over the entry
 * that ends it; each change is signed by an operator of the genesis and names the entry that it replaces.
 */
export class MemberWalk {
  readonly #context: SealContext;
  readonly #genesis: Genesis;
  #epoch: Epoch;
  /** Position of the membership entry in force. */
  #base = 0;
  readonly #memberships: { position: number; watchers: Epoch['watchers'] }[] = [];

  constructor(context: SealContext, genesis: Genesis) {
    this.#context = context;
    this.#genesis = genesis;
    this.#epoch = { number: genesis.epoch, protocol: genesis.protocol, watchers: genesis.watchers };
    this.#note(0);
  }

  get epoch(): Epoch {
    return this.#epoch;
  }

  past(epochs: OutageCertificate['epochs']): void {
    for (const { changes, seal } of epochs) {
      checkSeal(this.#context, this.#epoch, seal);
      for (const [at, change] of changes.entries()) {
        this.#step(change, seal, at === changes.length - 1);
      }
    }
  }

  /** Changes that ended no epoch, under the present seal, which must have been checked. */
  present(changes: OutageCertificate['changes'], seal: CertificateSeal): void {
    for (const change of changes) this.#step(change, seal, false);
  }

  /** The key that this watcher had at a position of the ledger; undefined for one that did not belong to the cluster. */
  keyAt(id: string, position: number): string | undefined {
    const inForce = this.#memberships.findLast((one) => one.position <= position);
    return inForce?.watchers.find((watcher) => watcher.id === id)?.publicKey;
  }

  #step(change: CertificateIncluded, seal: CertificateSeal, ends: boolean): void {
    const { entry } = change;
    checkIncluded(this.#context, change, seal);
    const body = bodyOf(entry, 'membership');
    if (entry.position <= this.#base) {
      throw new Refused('membership-invalid', `entry ${entry.position} does not come after entry ${this.#base}`);
    }
    this.#checkAuthority(body, entry.position);
    const next: Epoch = { number: body.epoch, protocol: body.protocol, watchers: body.watchers };
    const rises = votersText(next) !== votersText(this.#epoch);
    if (rises !== ends || next.number !== this.#epoch.number + (rises ? 1 : 0)) {
      const what = `entry ${entry.position} has epoch ${next.number} after ${this.#epoch.number}`;
      throw new Refused('membership-invalid', `${what}, and ${rises ? 'changes' : 'keeps'} the voters`);
    }
    this.#epoch = next;
    this.#base = entry.position;
    this.#note(entry.position);
  }

  /** In solo nobody but the member itself decides, so it needs no operator. */
  #checkAuthority({ authority, change }: MembershipView, position: number): void {
    if (!authority) {
      if (this.#epoch.protocol === 'solo') return;
      throw new Refused('unknown-operator', `entry ${position} names no operator`);
    }
    const operator = this.#genesis.operators.find(({ name }) => name === authority.operator);
    if (!operator) throw new Refused('unknown-operator', `entry ${position}: ${authority.operator}`);
    if (authority.base !== this.#base) {
      throw new Refused('membership-invalid', `entry ${position} replaces ${authority.base}, expected ${this.#base}`);
    }
    const content = contentOf(change, `the change in entry ${position}`);
    const message = utf8(operatorStatement(this.#context.network, 'membership', authority.base, content));
    const signature = fromBase64(authority.signature);
    if (!signature || !this.#context.crypto.verifyEd25519(fromHex(operator.publicKey), message, signature)) {
      throw new Refused('operator-signature', `entry ${position}: ${operator.name}`);
    }
  }

  #note(position: number): void {
    this.#memberships.push({ position, watchers: this.#epoch.watchers });
  }
}

/** What an epoch consists of: who votes, under which key, by which protocol. */
function votersText(epoch: Epoch): string {
  const voters = votersOf(epoch).map(({ number, publicKey }) => `${number} ${publicKey}`);
  return [epoch.protocol, ...voters.sort()].join('\n');
}
