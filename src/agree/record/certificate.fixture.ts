import { createPrivateKey, type KeyObject } from 'node:crypto';
import {
  canonicalJson,
  clusterOrigin,
  decideVerdict,
  genesisText,
  operatorStatement,
  requestStatement,
  type Genesis,
  type MemberRecord,
  type Membership,
  type MembershipChange,
  type Opinion,
  type OpinionState,
  type Protocol,
  type Transition,
} from '../../model/index.ts';
import { ed25519Signer, type Signer } from '../crypto/signer.ts';
import type { CommitCertificate } from '../pbft/messages.ts';
import { CertifyingCores } from './certifying-cores.fixture.ts';
import { LedgerChain } from './chain.ts';
import { cosign, cosignedNote } from './cosignature.ts';
import { encodeEntry, type EntryDraft } from './entry.ts';
import type { CertificateSources, ProvedRecord, SealSource } from './export-certificate.ts';
import { sha256, type Hash } from './hash.ts';
import { tileLeaves } from './tiles.ts';

/** An opinion as a transition keeps it. */
export type SaidOpinion = Opinion & { said: number };

/** A fixed key: the PKCS #8 prefix of Ed25519 (RFC 8410 section 7) and 32 equal bytes. */
function keyOf(byte: number): KeyObject {
  const der = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, byte)]);
  return createPrivateKey({ key: der, format: 'der', type: 'pkcs8' });
}

export const operator = ed25519Signer('owner', keyOf(200));
const startMs = 1_700_000_000_000;
const names = ['east', 'north', 'south', 'west', 'centre', 'coast', 'hill'];

const watcherNumber = (number: number, key = number): { record: MemberRecord; signer: Signer } => {
  const id = names[number - 1] ?? `w${number}`;
  const signer = ed25519Signer(id, keyOf(key));
  const publicKey = signer.publicKey.toString('hex');
  return { signer, record: { number, id, publicKey, address: '', role: 'member', site: '' } };
};

/**
 * Watchers with real keys and real PBFT cores in one process, and their ledger. What is ordered becomes entries as it
 * is, so a test says exactly what stands there.
 */
export class CertifiedCluster {
  readonly genesis: Genesis;
  readonly network: Hash;
  readonly chain = new LedgerChain();
  readonly records: Buffer[] = [];
  readonly signers = new Map<string, Signer>();
  membership: Membership;
  commit: (CommitCertificate & { size: number }) | undefined;
  readonly epochs: { changes: number[]; seal: SealSource }[] = [];
  now = startMs;
  #changes: number[] = [];
  #base = 0;
  #cores: CertifyingCores | undefined;
  #sizes: { size: number; root: Hash }[] = [];
  #sequence = 0;
  /** Keys that are in force after the next change. */
  readonly #joining: Signer[] = [];
  #numbers = 0;

  constructor(members = 4, protocol: Protocol = 'pbft') {
    const watchers = Array.from({ length: members }, (_, at) => this.#add(at + 1).record);
    const operators = [{ name: 'owner', publicKey: operator.publicKey.toString('hex') }];
    this.genesis = {
      format: 1,
      cluster: 'office',
      createdAt: startMs,
      nonce: 'ab'.repeat(16),
      operators,
      epoch: 1,
      protocol,
      watchers,
      nextNumber: members + 1,
    };
    this.network = sha256(Buffer.from(genesisText(this.genesis)));
    this.membership = this.genesis;
    this.order([{ kind: 'genesis', body: this.genesis }]);
  }

  get networkHex(): string {
    return Buffer.from(this.network, 'latin1').toString('hex');
  }

  get voters(): MemberRecord[] {
    return this.membership.watchers.filter(({ role }) => role === 'member');
  }

  signer(id: string): Signer {
    const signer = this.signers.get(id);
    if (!signer) throw new Error(`no watcher ${id}`);
    return signer;
  }

  /** One batch of entries; returns the position of the first. */
  order(drafts: readonly EntryDraft[], epochEnds = false): number {
    const first = this.chain.size;
    this.now += 1000;
    const execute = () => this.#append(this.#sequence + 1, drafts);
    if (this.membership.protocol === 'pbft') {
      this.#cores ??= new CertifyingCores(this.network, this.membership.epoch, this.voters, this.signers);
      const root = () => this.chain.root();
      for (const certificate of this.#cores.order(this.now, { execute, root, epochEnds })) this.#keep(certificate);
    } else execute();
    return first;
  }

  /** A watcher says what it thinks of checks; the opinions, and where they stand. */
  observe(
    id: string,
    ...said: readonly [check: string, state: OpinionState][]
  ): { opinions: SaidOpinion[]; at: number } {
    const opinions = said.map(([check, state]): Opinion => ({
      check,
      watcher: id,
      state,
      since: this.now - 500 - 10 * (this.#numbers % 4),
      ...(state === 'down' && { reason: { code: 'no-reply', text: 'No reply.' } }),
      rounds: ['fail', 'fail'],
      results: [{ host: '192.0.2.1', outcome: 'fail', values: { sent: 3 } }],
    }));
    const number = (this.#numbers += 1);
    const digests = opinions.map((one) => sha256(Buffer.from(canonicalJson(one))));
    const hex = digests.map((digest) => Buffer.from(digest, 'latin1').toString('hex'));
    const statement = requestStatement(this.networkHex, id, number, 'observe', hex);
    const signature = this.signer(id).sign(Buffer.from(statement)).toString('base64');
    const body = { watcher: id, number, opinions, signature };
    const at = this.order([{ kind: 'observations', body }]);
    return { opinions: opinions.map((one) => ({ ...one, said: at })), at };
  }

  /** The transition that follows from opinions, and where it stands. */
  transit(from: Transition['from'], opinions: readonly SaidOpinion[], previous = 0): { body: Transition; at: number } {
    const judges = this.voters.map(({ id }) => id);
    const held = Object.fromEntries(opinions.map((opinion) => [opinion.watcher, opinion]));
    const { state, rule, voters } = decideVerdict({ rule: 'bft' }, held, judges);
    const times = voters.map((one) => one.since).toSorted((a, b) => a - b);
    const since = Math.max(times[Math.floor((times.length - 1) / 2)] ?? 0, previous);
    const flap = { initial: false, flapping: false, flapPercent: 0 };
    const body: Transition = { check: opinions[0]?.check ?? '', from, to: state, since, rule, opinions, ...flap };
    return { body, at: this.order([{ kind: 'transition', body }]) };
  }

  /** A membership change with all it needs; ends the epoch when the voters change. */
  change(
    change: MembershipChange,
    next: Membership,
    by: Signer = operator,
    base = this.#base,
    seal = () => this.stableSeal(),
  ): void {
    const statement = operatorStatement(this.networkHex, 'membership', base, canonicalJson(change));
    const signature = by.sign(Buffer.from(statement)).toString('base64');
    const body = { ...next, change, authority: { operator: by.name, base, signature } };
    const ends = next.epoch !== this.membership.epoch;
    const at = this.order([{ kind: 'membership', body }], ends);
    this.#base = at;
    this.#changes.push(at);
    if (ends) {
      this.epochs.push({ changes: this.#changes, seal: seal() });
      this.#changes = [];
    }
    this.membership = { ...next };
    for (const signer of this.#joining.splice(0)) this.signers.set(signer.name, signer);
    if (ends) this.#cores = undefined;
  }

  /** A watcher that joins by the next change; its key may be another than its number says. */
  newcomer(number: number, key = number): MemberRecord {
    const watcher = watcherNumber(number, key);
    this.#joining.push(watcher.signer);
    return watcher.record;
  }

  /** What the members of this epoch signed where it ended. */
  stableSeal(): SealSource {
    const stable = this.#cores?.ended;
    if (!stable) throw new Error('the epoch has not ended');
    const { certificate, root, state } = stable;
    return { size: this.chain.size, root, stable: { certificate, stateHash: sha256(state) } };
  }

  /** The ledger as it is now, cosigned by these members. */
  note(ids: readonly string[] = this.voters.map(({ id }) => id)): SealSource {
    const origin = clusterOrigin(this.genesis.cluster, this.networkHex);
    const checkpoint = { origin, size: this.chain.size, root: this.chain.root() };
    const lines = ids.map((id) => cosign(checkpoint, this.signer(id), Math.floor(this.now / 1000)));
    return { size: checkpoint.size, root: checkpoint.root, note: cosignedNote(checkpoint, lines) };
  }

  /** A commit certificate whose root covers all that was ordered until now. */
  committed(): SealSource {
    const size = this.chain.size;
    while (!this.commit || this.commit.size < size) this.order([]);
    return { size: this.commit.size, root: this.commit.root, commit: this.commit };
  }

  proved(position: number, size: number): ProvedRecord {
    const record = this.records[position];
    if (!record) throw new Error(`no entry ${position}`);
    return { record, proof: this.chain.tiles.inclusion(position, size, this.#leaves) };
  }

  /** That the ledger of one size has grown from that of another. */
  grown(first: number, second: number): NonNullable<CertificateSources['history']> {
    const { tiles } = this.chain;
    const proof = tiles.consistency(first, second, this.#leaves);
    return { size: first, root: tiles.rootAt(first, this.#leaves), proof };
  }

  /** The sources of a certificate of an incident. */
  sources(
    seal: SealSource,
    incident: number,
    transitions: readonly { at: number; observations: readonly number[] }[],
  ): CertificateSources {
    const proved = (position: number) => this.proved(position, seal.size);
    return {
      network: this.network,
      epochs: this.epochs.map((epoch) => ({
        seal: epoch.seal,
        changes: epoch.changes.map((at) => this.proved(at, epoch.seal.size)),
      })),
      changes: this.#changes.map(proved),
      seal,
      incident: proved(incident),
      transitions: transitions.map(({ at, observations }) => ({
        transition: proved(at),
        observations: observations.map((position) => proved(position).record),
      })),
    };
  }

  readonly #leaves = (tile: number) =>
    this.records.slice(tile * tileLeaves, (tile + 1) * tileLeaves).map((one) => sha256(one));

  #add(number: number, key = number): ReturnType<typeof watcherNumber> {
    const watcher = watcherNumber(number, key);
    this.signers.set(watcher.record.id, watcher.signer);
    return watcher;
  }

  #append(sequence: number, drafts: readonly EntryDraft[]): void {
    this.#sequence = sequence;
    for (const [at, { kind, body }] of drafts.entries()) {
      const last = at === drafts.length - 1;
      const header = { position: this.chain.size, sequence, time: this.now, last, previous: this.chain.leaf };
      const record = encodeEntry(header, kind, JSON.stringify(body));
      const refused = this.chain.append(record);
      if (refused !== undefined) throw new Error(refused);
      this.records.push(record);
    }
    this.#sizes.push({ size: this.chain.size, root: this.chain.root() });
  }

  /** Its root is that of some earlier size. */
  #keep(certificate: CommitCertificate): void {
    const covered = this.#sizes.findLast(({ root }) => root === certificate.root);
    if (covered && covered.size > 0) this.commit = { ...certificate, size: covered.size };
  }
}

/** An outage of `web` as the cluster saw it: three of four say down, then all say up. */
export interface StagedOutage {
  incident: number;
  transitions: { at: number; observations: number[] }[];
}

export function stageOutage(cluster: CertifiedCluster, id = '1', saying = cluster.voters.length): StagedOutage {
  const watchers = cluster.voters.map((voter) => voter.id).slice(0, saying);
  const phase = (from: Transition['from'], state: OpinionState, previous?: number) => {
    const said = watchers.map((watcher) => cluster.observe(watcher, ['dns', 'up'], ['web', state], ['mail', state]));
    const opinions = said.flatMap((one) => one.opinions.filter(({ check }) => check === 'web'));
    return { ...cluster.transit(from, opinions, previous), observations: said.map(({ at }) => at) };
  };
  const down = phase('up', 'down');
  const up = phase('down', 'up', down.body.since);
  const body = {
    id,
    check: 'web',
    title: 'web is down',
    status: 'resolved',
    impact: 'major',
    affected: [],
    told: [],
    openedAt: down.body.since,
    resolvedAt: up.body.since,
    transitions: [down.at, up.at],
    updates: [],
  };
  const incident = cluster.order([{ kind: 'incident', body }]);
  return { incident, transitions: [down, up].map(({ at, observations }) => ({ at, observations })) };
}
