import { pbft } from '../../agree/index.ts';
import type { Verifier } from './pbft-keys.ts';
import { domain } from './pbft-node.ts';
import { Violation } from './protocol.ts';

type NewView = Extract<pbft.PbftRecord, { type: 'new-view' }>['newView'];

/**
 * What members rely on must be proved by signatures. Judged by a reading of its own, not by that of the core under test,
 * and when a member writes it down: what it would lead to may need an unlikely course of events.
 */
export class Proofs {
  readonly #verifier: Verifier;
  readonly #members: (node: number) => readonly number[];
  readonly #window: number;
  /** New views that were judged, as every checkpoint writes the present one again. */
  readonly #views = new Set<string>();

  constructor(verifier: Verifier, members: (node: number) => readonly number[], window: number) {
    this.#verifier = verifier;
    this.#members = members;
    this.#window = window;
  }

  recorded(node: number, record: pbft.PbftRecord): void {
    if (record.type === 'accepted' || record.type === 'ordered') this.#bundles(node, record.bundles);
    if (record.type === 'prepared' && !this.#isPrepared(node, record.certificate)) {
      const { view, sequence } = record.certificate.header;
      throw new Violation('certificate', `node ${node} cannot prove that ${sequence} is prepared in view ${view}`);
    }
    if (record.type === 'new-view') this.#newView(node, record.newView);
  }

  /** A quorum of distinct members has signed the statement. */
  carried(node: number, votes: readonly pbft.Endorsement[], statement: pbft.Statement): void {
    const members = this.#members(node);
    const signers = new Set(votes.map(({ signer }) => signer).filter((signer) => members.includes(signer)));
    const isGenuine = votes.every((vote) => this.#isGenuine(vote, statement));
    if (isGenuine && signers.size === votes.length && votes.length > 2 * this.#faults(node)) return;
    throw new Violation('certificate', `node ${node} relies on a ${statement.type} certificate that proves nothing`);
  }

  #bundles(node: number, bundles: readonly pbft.Bundle[]): void {
    const forged = bundles.find((bundle) => !this.#isGenuine(bundle, bundle));
    if (forged) throw new Violation('bundle', `node ${node} orders what ${forged.signer} never signed`);
  }

  #isPrepared(node: number, { header, prepares }: pbft.PreparedCertificate): boolean {
    const members = this.#members(node);
    const { view, sequence, digest, signer } = header;
    const backups = new Set(prepares.map((prepare) => prepare.signer).filter((one) => one !== signer));
    const isComplete = backups.size === prepares.length && backups.size >= 2 * this.#faults(node);
    const isGenuine =
      this.#isGenuine(header, { type: 'pre-prepare', header }) &&
      prepares.every((prepare) => this.#isGenuine(prepare, { type: 'prepare', view, sequence, digest }));
    return isComplete && isGenuine && signer === members[view % members.length];
  }

  #newView(node: number, newView: NewView): void {
    const { view, viewChanges, signer: primary } = newView;
    const members = this.#members(node);
    const key = `${node} ${view}`;
    if (this.#views.has(key)) return;
    this.#views.add(key);
    const signers = new Set(viewChanges.map(({ signer }) => signer));
    const isGenuine = viewChanges.every((change) => change.view === view && this.#isGenuine(change, change));
    if (primary !== members[view % members.length] || !this.#isGenuine(newView, newView)) {
      throw new Violation('certificate', `node ${node} enters view ${view}, which its primary has not opened`);
    }
    if (!isGenuine || signers.size <= 2 * this.#faults(node)) {
      throw new Violation('certificate', `node ${node} enters view ${view}, for which no quorum has asked`);
    }
    for (const { sequence, digest, votes } of viewChanges.map(({ stable }) => stable)) {
      if (sequence > 0) this.carried(node, votes, { type: 'checkpoint', sequence, digest });
    }
    this.#follows(node, newView);
  }

  /** Whatever a quorum can prove to be prepared goes on from the highest view in which it was, and nothing else does. */
  #follows(node: number, { view, viewChanges, headers }: NewView): void {
    const low = Math.max(...viewChanges.map(({ stable }) => stable.sequence));
    const best = new Map<number, pbft.Header>();
    for (const { stable, prepared } of viewChanges) {
      for (const certificate of prepared) {
        const { header } = certificate;
        const isInside = header.sequence > low && header.sequence <= stable.sequence + this.#window;
        if (!isInside || header.view >= view || !this.#isPrepared(node, certificate)) continue;
        if (header.view > (best.get(header.sequence)?.view ?? -1)) best.set(header.sequence, header);
      }
    }
    const isRight = ({ sequence, digest }: pbft.Header, at: number) =>
      sequence === low + 1 + at && digest === (best.get(sequence)?.digest ?? pbft.nullDigest);
    if (headers.length === Math.max(low, ...best.keys()) - low && headers.every(isRight)) return;
    throw new Violation('new-view', `node ${node} enters view ${view} with what does not follow`);
  }

  #isGenuine({ signer, signature }: pbft.Endorsement, statement: pbft.Statement): boolean {
    return this.#verifier.verify(signer, pbft.statementBytes(domain, signer, statement), signature);
  }

  #faults(node: number): number {
    return Math.floor((this.#members(node).length - 1) / 3);
  }
}
