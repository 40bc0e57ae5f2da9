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
}

/**
 * One statement for a place, over all lives of a node. A node whose whole disk came from a backup cannot know what it said
 * since then, but by others: so it is held to that only if so many of them still know, of those who knew when it came back,
 * that no other group is large enough to tell it the contrary.
 */
export class OneVote {
  readonly #members: (node: number) => readonly number[];
  readonly #votes = new Map<string, Vote>();
  readonly #extents = new Map<number, Extent>();
  readonly #witnesses = new Map<number, Witness>();
  /** What a status of a node, by its number, knows of what the node had said. */
  readonly #statuses = new Map<string, Extent>();
  /** Who knew how much of all courses of a node when it came back. */
  readonly #evidence = new Map<number, { witness: number; life: number; known: Map<string, number> }[]>();

  constructor(members: (node: number) => readonly number[]) {
    this.#members = members;
  }

  started(node: number): void {
    const witness = this.#witness(node);
    this.#witnesses.set(node, { life: witness.life + 1, known: new Map() });
    if (this.#extent(node).course === 0) return;
    const evidence = [...this.#witnesses].map(([id, { life, known }]) => ({
      witness: id,
      life,
      known: new Map(known),
    }));
    this.#evidence.set(node, evidence);
  }

  restored(node: number): void {
    this.#extents.set(node, { course: this.#extent(node).course + 1, statements: 0 });
  }

  /** A node sends a status, and with it how far it has come. */
  told(node: number, number: number): void {
    const key = `${node} ${number}`;
    if (!this.#statuses.has(key)) this.#statuses.set(key, { ...this.#extent(node) });
  }

  heard(node: number, from: number, number: number): void {
    const said = this.#statuses.get(`${from} ${number}`);
    if (!said) return;
    const key = `${from} ${said.course}`;
    const { known } = this.#witness(node);
    known.set(key, Math.max(said.statements, known.get(key) ?? 0));
  }

  voted(node: number, place: string, content: string): void {
    const key = `${node} ${place}`;
    const before = this.#votes.get(key);
    const extent = this.#extent(node);
    if (before?.content === content) return;
    extent.statements += 1;
    this.#votes.set(key, { content, ...extent });
    if (!before || (before.course < extent.course && !this.#couldHaveKnown(node, before))) return;
    throw new Violation('one-vote', `node ${node} contradicts itself: ${place}`);
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
    const count = this.#members(node).length;
    const faults = Math.floor((count - 1) / 3);
    const quorum = Math.ceil((count + faults + 1) / 2);
    const witnesses = this.#evidence.get(node)?.filter(({ witness, life, known }) => {
      return (known.get(`${node} ${course}`) ?? 0) >= statements && this.#witness(witness).life === life;
    });
    return (witnesses?.length ?? 0) > count - quorum;
  }

  #witness(node: number): Witness {
    let witness = this.#witnesses.get(node);
    if (!witness) {
      witness = { life: 0, known: new Map() };
      this.#witnesses.set(node, witness);
    }
    return witness;
  }
}
