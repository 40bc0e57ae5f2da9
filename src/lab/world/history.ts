import type { CommittedBatch } from '../../agree/index.ts';
import { mix, Registers, type Result } from './application.ts';
import { Violation } from './protocol.ts';

interface Place {
  sequence: number;
  result: Result | undefined;
}

/**
 * The one history: whoever applies a sequence first writes it here, everybody else is compared with it. It executes
 * the history itself, so that replies and roots are compared with a replay and not with each other.
 */
export class History {
  readonly #replay = new Registers();
  /** By sequence - 1. */
  readonly #batches: { digest: number; root: number }[] = [];
  readonly #executed = new Map<string, Place>();
  #lastTime = 0;

  get length(): number {
    return this.#batches.length;
  }

  rootAt(sequence: number): number | undefined {
    return sequence === 0 ? 0 : this.#batches[sequence - 1]?.root;
  }

  /** A node has applied a batch, and its application came to a root. */
  applied(node: number, batch: CommittedBatch, root: number): void {
    const digest = digestOf(batch);
    let known = this.#batches[batch.sequence - 1];
    if (!known) {
      if (batch.sequence !== this.#batches.length + 1) {
        throw new Violation(
          'order',
          `node ${node} applied ${batch.sequence} when ${this.#batches.length} was the last`,
        );
      }
      if (batch.time < this.#lastTime) throw new Violation('time', `sequence ${batch.sequence} goes back in time`);
      this.#lastTime = batch.time;
      known = { digest, root: this.#execute(batch) };
      this.#batches.push(known);
    }
    if (known.digest !== digest)
      throw new Violation('agreement', `node ${node} has another batch at ${batch.sequence}`);
    if (known.root !== root) throw new Violation('state', `node ${node} has another state after ${batch.sequence}`);
  }

  /** A node has put a state into force. */
  installed(node: number, sequence: number, root: number): void {
    if (this.rootAt(sequence) !== root)
      throw new Violation('state', `node ${node} installed another state at ${sequence}`);
  }

  /**
   * A client has got a reply: it must be that of the replay, and its place must come after everything that was answered
   * before the client asked. Returns the place.
   */
  replied(id: string, result: Result, after: number): number {
    const place = this.#executed.get(id);
    if (!place) throw new Violation('reply', `request ${id} was answered and is not in the history`);
    if (place.result?.value !== result.value || place.result.changes !== result.changes) {
      throw new Violation('reply', `request ${id} was answered otherwise than a replay answers it`);
    }
    if (place.sequence < after)
      throw new Violation('real-time', `request ${id} came before an answer that came before it`);
    return place.sequence;
  }

  #execute(batch: CommittedBatch): number {
    const results = this.#replay.apply(batch.sequence, batch.requests);
    for (const [at, { id }] of batch.requests.entries()) {
      if (!this.#executed.has(id)) this.#executed.set(id, { sequence: batch.sequence, result: results[at] });
    }
    return this.#replay.root;
  }
}

function digestOf(batch: CommittedBatch): number {
  let digest = mix(batch.sequence, batch.time);
  for (const { id, bytes } of batch.requests) {
    for (let at = 0; at < id.length; at++) digest = mix(digest, id.charCodeAt(at));
    for (const byte of bytes) digest = mix(digest, byte);
  }
  return digest;
}
