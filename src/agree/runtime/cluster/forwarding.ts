import { errorTable, messageOf, QwError, type ErrorCode, type Milliseconds } from '../../../model/index.ts';
import type { ParticipantId } from '../../protocol.ts';
import { sha256, type Hash } from '../../record/hash.ts';
import type { Frame } from './frames.ts';

/** Without a vote, one asks members to propose: how that is done on both sides. */

/** Said again so often, to the next members. */
const againMs = 2000;
/** After so long nobody knows what became of a request; asking again under the same number tells. */
const patienceMs = 30_000;

interface Forwarded {
  request: Uint8Array;
  beganMs: Milliseconds;
  saidMs: Milliseconds;
  /** Member at which the next round begins. */
  next: number;
  /** What members answered instead of ordering it. */
  refusals: Map<ParticipantId, QwError>;
}

export interface ForwarderParts {
  nowMs: () => Milliseconds;
  /** Members of now, and how many of them may be faulty. */
  members: () => { numbers: readonly ParticipantId[]; faults: number };
  send: (to: ParticipantId, frame: Frame) => void;
  /** Nothing will come of it, or nobody knows. */
  reject: (id: string, problem: QwError) => void;
}

/** Sends requests to members until their effect is seen, or more members refuse it than may be faulty. */
export class Forwarder {
  readonly #parts: ForwarderParts;
  readonly #open = new Map<string, Forwarded>();

  constructor(parts: ForwarderParts) {
    this.#parts = parts;
  }

  submit(id: string, request: Uint8Array): void {
    const nowMs = this.#parts.nowMs();
    const forwarded = { request, beganMs: nowMs, saidMs: nowMs, next: 0, refusals: new Map() };
    this.#open.set(id, forwarded);
    this.#say(id, forwarded);
  }

  forget(id: string): void {
    this.#open.delete(id);
  }

  clear(): void {
    this.#open.clear();
  }

  /** To be called about every second. */
  look(): void {
    const nowMs = this.#parts.nowMs();
    for (const [id, forwarded] of this.#open) {
      if (nowMs - forwarded.beganMs >= patienceMs) {
        const options = {
          hint: 'are the members running, and is a quorum of them linked?',
          facts: { outcome: 'unknown' },
        };
        this.#reject(id, new QwError('UNREACHABLE', 'no members have ordered the request in time', options));
      } else if (nowMs - forwarded.saidMs >= againMs) {
        forwarded.saidMs = nowMs;
        this.#say(id, forwarded);
      }
    }
  }

  onRefused(from: ParticipantId, { id, code, text }: Extract<Frame, { type: 'refused' }>): void {
    const forwarded = this.#open.get(id);
    const { numbers, faults } = this.#parts.members();
    if (!forwarded || !numbers.includes(from) || !isCode(code)) return;
    forwarded.refusals.set(from, new QwError(code, text));
    const same = [...forwarded.refusals.values()].filter((refusal) => refusal.code === code);
    if (same.length > faults) this.#reject(id, new QwError(code, text));
  }

  #reject(id: string, problem: QwError): void {
    this.#open.delete(id);
    this.#parts.reject(id, problem);
  }

  #say(id: string, forwarded: Forwarded): void {
    const { numbers, faults } = this.#parts.members();
    for (let at = 0; at <= faults; at++) {
      const to = numbers[(forwarded.next + at) % Math.max(1, numbers.length)];
      if (to !== undefined) this.#parts.send(to, { type: 'forward', id, request: Buffer.from(forwarded.request) });
    }
    forwarded.next += faults + 1;
  }
}

function isCode(code: string): code is ErrorCode {
  return Object.hasOwn(errorTable, code);
}

/** Requests of one watcher that a member proposes at a time; more are dropped, and come again. */
const maxProposedEach = 256;

/** Proposes for those who don't vote. What came of it they see in the ledger; what was refused they are told. */
export class ForwardedProposals {
  readonly #propose: (request: Uint8Array) => Promise<unknown>;
  readonly #answer: (to: ParticipantId, frame: Frame) => void;
  readonly #open = new Map<ParticipantId, Set<Hash>>();

  constructor(propose: (request: Uint8Array) => Promise<unknown>, answer: (to: ParticipantId, frame: Frame) => void) {
    this.#propose = propose;
    this.#answer = answer;
  }

  take(from: ParticipantId, { id, request }: Extract<Frame, { type: 'forward' }>): void {
    const open = this.#open.get(from) ?? new Set();
    this.#open.set(from, open);
    const digest = sha256(request);
    if (open.has(digest) || open.size >= maxProposedEach) return;
    open.add(digest);
    // The frame's buffer is not ours, and ordering takes a while.
    this.#propose(Buffer.from(request))
      .catch((problem: unknown) => this.#refused(from, id, problem))
      .finally(() => {
        open.delete(digest);
        if (open.size === 0) this.#open.delete(from);
      });
  }

  #refused(from: ParticipantId, id: string, problem: unknown): void {
    // That it was executed before, because another member was asked as well, is no refusal.
    if (problem instanceof QwError && (problem.facts['executed'] === true || isOurs(problem))) return;
    const code = problem instanceof QwError ? problem.code : 'INTERNAL';
    this.#answer(from, { type: 'refused', id, code, text: messageOf(problem).slice(0, maxTextLength) });
  }
}

const maxTextLength = 500;

/** Says something about this member and nothing about the request. */
function isOurs({ code }: QwError): boolean {
  return code === 'OVERLOADED' || code === 'LEDGER_UNAVAILABLE';
}
