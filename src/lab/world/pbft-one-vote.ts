import { Violation } from './protocol.ts';

/** How much a node has said: so many statements, in the course of events that began with its so-manieth restored backup. */
interface Extent {
  course: number;
  statements: number;
}

interface Vote extends Extent {
  content: string;
}

interface Witness {
  life: number;
  /** By node and course: the statements that the newest status knew of which came here in this life. */
  known: Map<string, number>;
  /** By node and course: how much of its journal a node with a vote said to have, in a status that came here in this life. */
  recorded: Map<string, number>;
}

/**
 * One statement for a place, over all lives of a node. A node whose whole disk came from a backup cannot know what it said
 * since then, but by others: so it is held to that only if so many of them still know, of those who knew when it came back,
 * that no other group is large enough to tell it the contrary. And while so many know that it had more than its backup, it
 * does not vote at all before it has found that out.
 */
export class OneVote {
  readonly #members: (node: number) => readonly number[];
  readonly #votes = new Map<string, Vote>();
  readonly #extents = new Map<number, Extent>();
  readonly #witnesses = new Map<number, Witness>();
  /** What a status of a node, by its number, knows of what the node had said. */
  readonly #statuses = new Map<string, Extent>();
  /** Who knew how much of all courses of a node when it came back. */
  readonly #evidence = new Map<number, ({ id: number } & Witness)[]>();
  /** Where the journal ended that a node got back; not of nodes that have found out that it was an old one. */
  readonly #unaware = new Map<number, number | undefined>();

  constructor(members: (node: number) => readonly number[]) {
    this.#members = members;
  }

  /** `end` is where its journal ends. */
  started(node: number, end: number): void {
    const witness = this.#witness(node);
    this.#witnesses.set(node, { life: witness.life + 1, known: new Map(), recorded: new Map() });
    if (this.#extent(node).course === 0) return;
    const evidence = [...this.#witnesses].map(([id, { life, known, recorded }]) => {
      return { id, life, known: new Map(known), recorded: new Map(recorded) };
    });
    this.#evidence.set(node, evidence);
    if (this.#unaware.has(node)) this.#unaware.set(node, this.#unaware.get(node) ?? end);
  }

  /** It knows that it has forgotten something. */
  foundOut(node: number): void {
    this.#unaware.delete(node);
  }

  restored(node: number): void {
    this.#extents.set(node, { course: this.#extent(node).course + 1, statements: 0 });
    this.#unaware.set(node, undefined);
  }

  /** A node sends a status, and with it how far it has come. */
  told(node: number, number: number): void {
    const key = `${node} ${number}`;
    if (!this.#statuses.has(key)) this.#statuses.set(key, { ...this.#extent(node) });
  }

  /** `recorded`: how much of its journal the sender says to have, if it has a vote. */
  heard(node: number, from: number, number: number, recorded: number): void {
    const said = this.#statuses.get(`${from} ${number}`);
    if (!said) return;
    const key = `${from} ${said.course}`;
    const witness = this.#witness(node);
    witness.known.set(key, Math.max(said.statements, witness.known.get(key) ?? 0));
    witness.recorded.set(key, Math.max(recorded, witness.recorded.get(key) ?? 0));
  }

  voted(node: number, place: string, content: string): void {
    const key = `${node} ${place}`;
    const before = this.#votes.get(key);
    const extent = this.#extent(node);
    if (before?.content === content) return;
    this.#mayVote(node);
    extent.statements += 1;
    this.#votes.set(key, { content, ...extent });
    if (!before || (before.course < extent.course && !this.#couldHaveKnown(node, before))) return;
    throw new Violation('one-vote', `node ${node} contradicts itself: ${place}`);
  }

  /** What it said in the course of events that its backup ended is known to too many. */
  #mayVote(node: number): void {
    const end = this.#unaware.get(node);
    if (end === undefined) return;
    const key = `${node} ${this.#extent(node).course - 1}`;
    if (!this.#isKnown(node, ({ recorded }) => (recorded.get(key) ?? 0) > end)) return;
    throw new Violation('memory', `node ${node} votes with a memory that ends at ${end}, and others know of more`);
  }

  #extent(node: number): Extent {
    let extent = this.#extents.get(node);
    if (!extent) {
      extent = { course: 0, statements: 0 };
      this.#extents.set(node, extent);
    }
    return extent;
  }

  #couldHaveKnown(node: number, { course, statements }: Extent): boolean {
    return this.#isKnown(node, ({ known }) => (known.get(`${node} ${course}`) ?? 0) >= statements);
  }

  /** By more than could be missing among those who answer, of those who knew when the node came back and still do. */
  #isKnown(node: number, knows: (witness: Witness) => boolean): boolean {
    const count = this.#members(node).length;
    const faults = Math.floor((count - 1) / 3);
    const quorum = Math.ceil((count + faults + 1) / 2);
    const evidence = this.#evidence.get(node) ?? [];
    return evidence.filter((one) => knows(one) && this.#witness(one.id).life === one.life).length > count - quorum;
  }

  #witness(node: number): Witness {
    let witness = this.#witnesses.get(node);
    if (!witness) {
      witness = { life: 0, known: new Map(), recorded: new Map() };
      this.#witnesses.set(node, witness);
    }
    return witness;
  }
}
