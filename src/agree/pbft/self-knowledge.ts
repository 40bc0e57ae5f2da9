import { assert } from '../../model/index.ts';
import type { SlotOfVote } from '../crypto/ports.ts';
import type { ParticipantId } from '../protocol.ts';
import { numbersPerLife, type Remembered, type Reminder, type Sequence, type Status, type Vote } from './messages.ts';
import { compare, lifeOf } from './others-memory.ts';
import type { Shared } from './shared.ts';
import type { SlotLog } from './slot-log.ts';

interface SelfKnowledgeParts {
  shared: Shared;
  slots: SlotLog;
  /** Up to there this member has executed. */
  executed: () => Sequence;
  /** Nobody remembers more of this member than itself: it votes from now on. */
  onSure: () => void;
  /** Others remember more: this member has no vote until nothing depends on what it has forgotten. */
  onForgot: (wasAsking: boolean) => void;
}

/**
 * What a member knows of what it said itself, and how it finds out that it does not know everything: because its data
 * folder, sign guard and all, was restored from a backup, as a snapshot of a virtual machine is. Nothing in such a folder
 * tells that it is old; only others can.
 *
 * 1. Every status says how far its sender remembers itself (`Remembered`): its life, and the end of its durable journal.
 *    Both only rise, so of two statuses of a member the one that remembers more was signed later.
 * 2. Members keep of each other the status that remembers most, over restarts too, and the votes of the slots that live.
 * 3. A core that starts has no vote. It asks by its statuses, and whoever receives one answers with what it has of the
 *    asker beyond that: a reminder. It has its vote when `quorum - 1` others have answered this process without telling
 *    it anything new; numbers of statuses begin at random in each process, so that no older answer passes for one.
 * 4. A member that is shown its own signature on something that it does not know has forgotten, whenever that is: it takes
 *    a life above the one that it is shown, which makes everything of former lives old news, and does as one whose journal
 *    was lost. It follows, and votes again when all that it may have voted on is behind a stable checkpoint.
 *
 * What this gives. Let w correct others have received, and since then not forgotten, a status that the member signed after
 * some vote V, or have kept V itself, as they do with votes of living slots up to a quorum. With V missing from its memory
 * it votes again only if `quorum - 1` others told it nothing new: at most f liars, and of the n - 1 others none of the w.
 * So w > n - quorum (f + 1 of 3f + 1) is enough, and no f members can undo it. Fewer witnesses take the vote back when they
 * are heard, which may be after it was used. A vote reaches all members that are linked, and a status follows it within
 * `statusMs`, so witnesses lack only to votes that were cut off from all but few until the member stopped. For those the
 * member is one of the f that may do anything, as it was before.
 *
 * What it costs. One round trip at a start. Who cannot reach `quorum - 1` others could not have any quorum with its vote
 * either, so waiting for them delays nothing for longer; asking and answering need no vote, so members that start all at
 * once answer each other; and f that stay silent are not needed. Who replays what a member said long ago shows it nothing
 * that it does not remember: and after it has forgotten once, nothing of the lives up to then counts any more.
 */
export class SelfKnowledge {
  readonly #parts: SelfKnowledgeParts;
  readonly #shared: Shared;
  readonly #nonce: number;
  /** Others who have answered this process. */
  readonly #answered = new Set<ParticipantId>();
  #statuses = 0;
  /** What this member knew of itself when it started. */
  #former: Remembered;

  constructor(parts: SelfKnowledgeParts, nonce: number) {
    assert(nonce >= 0 && nonce < numbersPerLife / 2, 'a life has numbers enough left');
    this.#parts = parts;
    this.#shared = parts.shared;
    this.#nonce = nonce;
    this.#former = parts.shared.remembered;
  }

  /** The number of this process's next status. */
  nextNumber(): number {
    this.#statuses += 1;
    return this.#first + this.#statuses;
  }

  get #first(): number {
    return this.#shared.life * numbersPerLife + this.#nonce;
  }

  #isOurs(number: number): boolean {
    return number > this.#first && number <= this.#first + this.#statuses;
  }

  /** One of our own statuses, by way of another member. */
  seen(status: Status): void {
    const { shared } = this.#parts;
    if (status.signer !== shared.self || !shared.authority.accepts(status, status)) return;
    if (this.#isOurs(status.number) || compare(status.remembered, this.#known(status)) <= 0) return;
    this.#forget(lifeOf(status.number));
  }

  /** How far this member knew, when it started, what it said in lives before this one; and how far it knows this one. */
  #known(status: Status): Remembered {
    return status.remembered.life < this.#shared.life ? this.#former : remembered(this.#shared);
  }

  receive(from: ParticipantId, { number, said, votes }: Reminder): void {
    const { shared } = this.#parts;
    const isAnswer = this.#isOurs(number);
    if (said) this.seen(said);
    const news = votes.filter((vote) => this.#isNews(vote));
    // Who has forgotten knows that it does not know all; nothing more follows from another vote.
    if (news.length > 0 && !shared.forgot) this.#forget(0);
    if (!shared.asking || !isAnswer || from === shared.self) return;
    this.#answered.add(from);
    if (this.#answered.size < shared.membership.quorum - 1) return;
    shared.asking = false;
    shared.remember({ life: shared.life, recorded: Number.MAX_SAFE_INTEGER });
    this.#parts.onSure();
  }

  /** Whether it is a vote of ours that we did not know; from then on the guard does. */
  #isNews(vote: Vote): boolean {
    const { authority, self } = this.#parts.shared;
    const { signer, signature } = vote.type === 'pre-prepare' ? vote.header : vote;
    const slot = slotOf(vote);
    if (signer !== self || this.#isPast(slot) || authority.remembers(vote, slot)) return false;
    if (!authority.accepts({ signer, signature }, vote)) return false;
    authority.vote(vote, slot);
    return true;
  }

  /** Whether a vote can only be one of those that this member has, by what came after it. */
  #isPast({ kind, view, sequence }: Omit<SlotOfVote, 'epoch'>): boolean {
    const { shared, slots, executed } = this.#parts;
    // Who voted for a state has it durably, or comes to it by its journal alone.
    if (kind === 'checkpoint') return sequence <= executed();
    // Views only rise, so who knows of one knows of all before it.
    if (kind === 'view-change') return view <= shared.view;
    return view < shared.view || (view === shared.view && sequence <= slots.low);
  }

  #forget(life: number): void {
    const { shared } = this.#parts;
    const wasAsking = shared.asking;
    shared.forgot = true;
    shared.asking = false;
    // Above every life whose statuses and bundles others may have.
    shared.life = Math.max(shared.life, life) + 1;
    this.#statuses = 0;
    shared.outbox.record({ type: 'life', number: shared.life });
    shared.outbox.record({ type: 'memory', complete: false });
    this.#former = { life: shared.life - 1, recorded: Number.MAX_SAFE_INTEGER };
    shared.remember(this.#former);
    shared.outbox.notice({ type: 'forgot', life: shared.life });
    this.#parts.onForgot(wasAsking);
  }
}

/** How far a member remembers itself now, as its statuses say. */
export function remembered({ asking, life, outbox, remembered: former }: Shared): Remembered {
  return asking ? former : { life, recorded: outbox.durable };
}

function slotOf(vote: Vote): Omit<SlotOfVote, 'epoch'> {
  const kind = vote.type;
  if (vote.type === 'checkpoint') return { kind, view: 0, sequence: vote.sequence };
  if (vote.type === 'view-change') return { kind, view: vote.view, sequence: 0 };
  const { view, sequence } = vote.type === 'pre-prepare' ? vote.header : vote;
  return { kind, view, sequence };
}
