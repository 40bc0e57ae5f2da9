import type { Addressed, CommittedBatch, CoreEvent, Lsn, Request } from '../../agree/index.ts';
import type { Adversary, AdversaryPort } from './adversary.ts';
import type { Random } from './random.ts';

/** What a swarm must know to plan for a protocol. */
export interface ProtocolFacts {
  readonly name: string;
  /** Cluster sizes to try. */
  readonly sizes: readonly number[];
  /** How many members of a cluster may lose their disk for good, so that the rest still decides. */
  damageBound(members: number): number;
  /** How many members may be replaced by adversaries; 0 for protocols that only survive crashes. */
  adversaryBound(members: number): number;
  /** Names of adversary strategies that fit. */
  readonly strategies: readonly string[];
  /** Whether a member may come back that lost its disk, or whose disk was set back; it counts as damaged all the same. */
  readonly canForget: boolean;
  /** Whether an operator can change the cluster while it runs. */
  readonly canOperate: boolean;
  /** How many sequences the state on disk may lag behind; beyond it a node waits for its disk. Unbounded when not given. */
  maxLag?(tuning: Readonly<Record<string, number>>): number;
  /** Whether clocks must be right for requests to come through, so that healing sets them. */
  needsClocks?(tuning: Readonly<Record<string, number>>): boolean;
  /** Settings of one world: small bounds find more than large ones. */
  tune(random: Random): Record<string, number>;
}

/** A durable state of the application, with what the protocol must keep beside it. */
export interface StoredSnapshot {
  sequence: number;
  state: Uint8Array;
  proof: unknown;
}

/** What a node finds when it starts. */
export interface NodeStart {
  id: number;
  /** Ids of the first members; empty for a node that is not one of them and waits to be added. */
  genesis: readonly number[];
  /** Position of the first record. */
  start: Lsn;
  records: readonly Uint8Array[];
  snapshot: StoredSnapshot | undefined;
  /** Its disk was lost, and its owner knows. */
  forgot: boolean;
  /** A part of the disk beside journal and snapshot; the protocol says what a crash leaves of it. */
  memory: Map<string, unknown>;
  seed: number;
  tuning: Readonly<Record<string, number>>;
}

/** Work of a node; the laws of `ConsensusCore` hold. */
export interface NodeWork<Message> {
  persist: readonly Uint8Array[];
  mustSync: boolean;
  send: readonly Addressed<Message>[];
  apply: readonly CommittedBatch[];
  events: readonly CoreEvent[];
  /** A state to put into force in place of batches. */
  install?: StoredSnapshot;
  /** As `install`, but in force at once, and durable together with the records of this work. */
  adopt?: StoredSnapshot;
  /** Records before it may be given up. */
  releasable?: Lsn;
}

/** One living node of a protocol. */
export interface NodeUnderTest<Message> {
  tick(nowMs: number): void;
  propose(request: Request): void;
  receive(from: number, message: Message): void;
  persisted(lsn: Lsn): void;
  /** The application has applied a sequence; `root` is its state's, and `state` writes the whole. */
  applied(sequence: number, root: number, state: () => Uint8Array): void;
  /** What is to be stored with the state after the sequence; undefined when a snapshot is not possible. */
  proofAt(sequence: number): unknown;
  /** A snapshot that the node took itself is durable. */
  compacted(snapshot: StoredSnapshot): void;
  installed(snapshot: StoredSnapshot): void;
  ready(): NodeWork<Message> | undefined;
  advance(): void;
  /** Who receives what is decided, as far as this node knows; empty if it knows of nobody. */
  members(): readonly number[];
  /** Whether these nodes can decide, as far as this one knows. */
  isQuorum(nodes: readonly number[]): boolean;
  /** False while it only follows the others, as it may have forgotten what it said. */
  hasVote?(): boolean;
  /** Whether it believes that it orders requests at present. */
  leads(): boolean;
  /** One line for the log: role, term or view. */
  describe(): string;
}

/** Looks at a run from outside and says which law was broken. Nothing in it is shared with the code under test. */
export interface ProtocolChecker<Message> {
  started(node: number, start: NodeStart): void;
  /** Records were appended from `lsn` on. */
  appended(node: number, lsn: Lsn, records: readonly Uint8Array[]): void;
  /** Everything before `lsn` is durable now. */
  durable(node: number, lsn: Lsn): void;
  sent(node: number, to: number, message: Message): void;
  /** A message has come to a living node. */
  received?(node: number, from: number, message: Message): void;
  /** A node has the journal that it had some time ago, or the whole disk, and does not know it. */
  setBack?(node: number, whole: boolean): void;
  applied(node: number, batch: CommittedBatch): void;
  /** After each input of a node. */
  stepped(node: number): void;
}

/** A law that was broken; thrown by checkers. */
export class Violation extends Error {
  readonly invariant: string;

  constructor(invariant: string, message: string) {
    super(`${invariant}: ${message}`);
    this.invariant = invariant;
  }
}

/** All that the world must know about a protocol. */
export interface ProtocolUnderTest<Message> extends ProtocolFacts {
  encode(message: Message): Uint8Array;
  /** Undefined for what is not a message. */
  decode(bytes: Uint8Array): Message | undefined;
  /** A text says why a node cannot start from these records. */
  start(start: NodeStart): NodeUnderTest<Message> | string;
  checker(
    node: (id: number) => NodeUnderTest<Message> | undefined,
    tuning: NodeStart['tuning'],
  ): ProtocolChecker<Message>;
  /** Makes an adversary of one of the `strategies`. */
  adversary(strategy: string, port: AdversaryPort<Message>): Adversary<Message>;
  /**
   * Lets an operator do something to a node, chosen by `random`. The cluster never gets smaller than `members`, or the
   * disks that may be lost would be too many for it.
   */
  operate(node: NodeUnderTest<Message>, nodes: readonly number[], members: number, random: Random): void;
}
