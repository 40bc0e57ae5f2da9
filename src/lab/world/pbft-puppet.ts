import { pbft } from '../../agree/index.ts';
import type { AdversaryPort } from './adversary.ts';
import { Registers } from './application.ts';
import { keysOf } from './pbft-keys.ts';
import { domain, PbftNode } from './pbft-node.ts';
import type { PbftWire } from './pbft-wire.ts';

type Header = pbft.Header;

/** A member's own core in an adversary's hand: it does as the protocol says, and the adversary with that what it likes. */
export class Puppet {
  readonly port: AdversaryPort<PbftWire>;
  readonly others: readonly number[];
  readonly #out: (to: number, message: PbftWire) => void;
  #node!: PbftNode;
  #application = new Registers();
  #end = 0;
  /** How often it has begun from nothing. */
  lives = 0;

  constructor(port: AdversaryPort<PbftWire>, out: (to: number, message: PbftWire) => void) {
    this.port = port;
    this.others = port.members.filter((id) => id !== port.id);
    this.#out = out;
    this.forget();
  }

  /** Begins from nothing, as a member whose disk and sign guard were lost and who hides it. */
  forget(): void {
    const { id, members, tuning } = this.port;
    this.lives += 1;
    this.#application = new Registers();
    this.#end = 0;
    this.#node = PbftNode.start({
      id,
      genesis: members,
      start: 0,
      records: [],
      snapshot: undefined,
      forgot: false,
      memory: new Map(),
      seed: 0,
      tuning,
    });
  }

  get status(): pbft.PbftStatus {
    return this.#node.core.inspect();
  }

  tick(): void {
    this.#node.tick(this.port.nowMs());
    this.#pump();
  }

  receive(from: number, message: PbftWire): void {
    this.#node.receive(from, message);
    this.#pump();
  }

  /** Signs as itself, or as an ally whose key it knows too. */
  sign<Statement extends pbft.Statement>(statement: Statement, as = this.port.id): Statement & pbft.Endorsement {
    const { allies, id, tuning } = this.port;
    const key = allies.includes(as) ? as : id;
    const signature = keysOf(tuning).sign(key, pbft.statementBytes(domain, as, statement));
    return { ...statement, signer: as, signature };
  }

  header(view: number, sequence: number, digest: string): Header {
    const header = { view, sequence, digest };
    const { signer, signature } = this.sign({ type: 'pre-prepare', header });
    return { ...header, signer, signature };
  }

  propose(view: number, sequence: number, proposal: pbft.Proposal): PbftWire {
    return { type: 'pre-prepare', header: this.header(view, sequence, pbft.proposalDigest(proposal)), proposal };
  }

  #pump(): void {
    for (let work = this.#node.ready(); work; work = this.#node.ready()) {
      this.#end += work.persist.length;
      this.#node.advance();
      for (const { to, message } of work.send) for (const one of to) this.#out(one, message);
      if (work.adopt) this.#application.restore(work.adopt.state);
      for (const { sequence, requests } of work.apply) {
        this.#application.apply(sequence, requests);
        this.#node.applied(sequence, this.#application.root, () => this.#application.snapshot());
      }
      if (work.mustSync) this.#node.persisted(this.#end);
    }
    this.#node.stables.length = 0;
    this.#node.executed.length = 0;
  }
}
