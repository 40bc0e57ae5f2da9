import type { Milliseconds } from '../../model/index.ts';
import type { Clock, SecureLink, Timer } from '../../platform/index.ts';
import { Inbox } from './inbox.ts';
import type { TransportLimits } from './limits.ts';
import type { Outbox } from './outbox.ts';
import type { Lane } from './transport.ts';
import { controlChunk, decodeControl, type Control, type Goodbye } from './wire.ts';

export interface PeerLinkEvents {
  /** The other side has greeted: the link may be used. */
  onGreeted(): void;
  /** False when the lane is not this link's. */
  onFrame(lane: Lane, frame: Buffer): boolean;
  /** The link is over; nothing follows. Not called for `end` of our own. */
  onEnded(reason: { code: string; text: string }): void;
}

export interface PeerLinkOptions {
  link: SecureLink;
  clock: Clock;
  limits: TransportLimits;
  /** Tells this start of the watcher from others. */
  life: bigint;
  events: PeerLinkEvents;
}

/** Frames of the link itself that nobody has taken; behind these more would only add to them. */
const maxUnsentControls = 8;

const texts: Record<Goodbye, string> = {
  CLOSING: 'the other side stops',
  DUPLICATE: 'there is another link between the two',
  REMOVED: 'one side no longer knows the other',
  BAD_FRAME: 'what was read is not of this protocol',
  FRAME_TOO_LARGE: 'a frame is larger than its lane allows',
  LANE_FORBIDDEN: 'a frame came on a lane that this link does not have',
  SILENT: 'nothing was heard for too long',
  TIMEOUT: 'there was no greeting in time',
  OTHER_VERSION: 'the other side speaks another version of this protocol',
};

/** One link from its handshake to its end: greeting, frames both ways, round trips, silence. */
export class PeerLink {
  readonly link: SecureLink;
  readonly #clock: Clock;
  readonly #limits: TransportLimits;
  readonly #events: PeerLinkEvents;
  readonly #inbox: Inbox;
  /** What is sent over this link, once it is the one that counts. */
  #outbox: Outbox | undefined;
  #unsentBytes = 0;
  #unsentControls = 0;
  #flushing = false;
  #over = false;
  #paused: Timer | undefined;
  #heardAtMs: Milliseconds;
  #ping: { number: number; atMs: Milliseconds } | undefined;
  #pings = 0;
  #pingDueMs: Milliseconds;
  #greetByMs: Milliseconds;
  /** The other side's start of life; undefined until it has greeted. */
  life: bigint | undefined;
  roundTripMs: Milliseconds | undefined;
  throttled = 0;

  constructor({ link, clock, limits, life, events }: PeerLinkOptions) {
    this.link = link;
    this.#clock = clock;
    this.#limits = limits;
    this.#events = events;
    const nowMs = clock.monotonic();
    this.#greetByMs = nowMs + limits.greetingMs;
    this.#heardAtMs = nowMs;
    this.#pingDueMs = nowMs;
    this.#inbox = new Inbox(limits, nowMs, {
      onControl: (content) => this.#onControl(content),
      onFrame: (lane, frame) => {
        if (this.life === undefined) this.#fail('BAD_FRAME');
        else if (!events.onFrame(lane, frame)) this.#fail('LANE_FORBIDDEN');
        return !this.#over;
      },
    });
    this.#writeControl({ kind: 'hello', life });
    link.start({
      onData: (bytes) => this.#onData(bytes),
      onClosed: ({ code, text }) => this.#over || this.#finish(code, text),
    });
  }

  /** How long ago anything was read. */
  heardMs(nowMs: Milliseconds): Milliseconds {
    return nowMs - this.#heardAtMs;
  }

  /** Memory taken for unfinished frames. */
  get heldBytes(): number {
    return this.#inbox.heldBytes;
  }

  /** From now on this link carries what lies in the outbox. */
  carry(outbox: Outbox): void {
    this.#outbox = outbox;
    this.flush();
  }

  /** Something was put into the outbox. What comes in the same turn of the event loop shares a write. */
  flush(): void {
    if (this.#flushing || this.#over) return;
    this.#flushing = true;
    queueMicrotask(() => {
      this.#flushing = false;
      this.#pump();
    });
  }

  /** Time passes; `sleptMs` of it this process did not run, and the other side is not to blame. */
  tick(nowMs: Milliseconds, sleptMs: Milliseconds): void {
    if (this.#over) return;
    this.#heardAtMs += sleptMs;
    this.#greetByMs += sleptMs;
    if (this.life === undefined) {
      if (nowMs >= this.#greetByMs) this.#fail('TIMEOUT');
    } else if (!this.#paused && this.heardMs(nowMs) >= this.#limits.silenceMs) {
      this.#fail('SILENT');
    } else if (nowMs >= this.#pingDueMs) {
      this.#pingDueMs = nowMs + this.#limits.pingMs;
      if (this.#unsentControls >= maxUnsentControls) return;
      this.#ping = { number: this.#pings, atMs: nowMs };
      this.#writeControl({ kind: 'ping', number: this.#pings });
      this.#pings = (this.#pings + 1) % 2 ** 32;
    }
  }

  /** We end it, and say why; no event follows. */
  end(reason: Goodbye): void {
    if (this.#over) return;
    this.#leave();
    this.link.close(controlChunk({ kind: 'goodbye', reason }));
  }

  #onData(bytes: Buffer): void {
    if (this.#over) return;
    const nowMs = this.#clock.monotonic();
    this.#heardAtMs = nowMs;
    const fault = this.#inbox.feed(bytes);
    if (fault) this.#fail(fault);
    if (this.#over) return;
    const debtMs = this.#inbox.debtMs(nowMs);
    if (debtMs > 0 && !this.#paused) this.#pause(debtMs);
  }

  #pause(forMs: Milliseconds): void {
    this.throttled += 1;
    this.link.pause();
    this.#paused = this.#clock.after(forMs, () => {
      this.#paused = undefined;
      this.#heardAtMs = this.#clock.monotonic();
      this.link.resume();
    });
  }

  #onControl(content: Buffer): boolean {
    const control = decodeControl(content);
    if (control === undefined || control === 'OTHER_VERSION') {
      this.#fail(control ?? 'BAD_FRAME');
    } else if (control.kind === 'goodbye') {
      this.#finish(control.reason, `the other side: ${texts[control.reason]}`);
      this.link.close();
    } else if (control.kind === 'hello') {
      if (this.life !== undefined) {
        this.#fail('BAD_FRAME');
      } else {
        this.life = control.life;
        this.#events.onGreeted();
      }
    } else if (this.life === undefined) {
      this.#fail('BAD_FRAME');
    } else if (control.kind === 'ping') {
      // Who asks more and doesn't listen gets no answer.
      if (this.#unsentControls < maxUnsentControls) this.#writeControl({ kind: 'pong', number: control.number });
    } else if (this.#ping?.number === control.number) {
      this.roundTripMs = this.#clock.monotonic() - this.#ping.atMs;
      this.#ping = undefined;
    }
    return !this.#over;
  }

  #pump(): void {
    const nowMs = this.#clock.monotonic();
    while (!this.#over && this.#unsentBytes < this.#limits.maxUnsentBytes) {
      const bytes = this.#outbox?.next(nowMs);
      if (!bytes) return;
      this.#write(bytes);
    }
  }

  #writeControl(control: Control): void {
    this.#unsentControls += 1;
    this.#write(controlChunk(control), () => {
      this.#unsentControls -= 1;
    });
  }

  #write(bytes: Buffer, sent?: () => void): void {
    this.#unsentBytes += bytes.length;
    this.link.write(bytes, () => {
      sent?.();
      this.#unsentBytes -= bytes.length;
      this.#pump();
    });
  }

  #fail(reason: Goodbye): void {
    if (this.#over) return;
    this.#finish(reason, texts[reason]);
    this.link.close(controlChunk({ kind: 'goodbye', reason }));
  }

  #finish(code: string, text: string): void {
    this.#leave();
    this.#events.onEnded({ code, text });
  }

  #leave(): void {
    this.#over = true;
    this.#paused?.cancel();
    this.#outbox?.forgetBegun();
    this.#outbox = undefined;
  }
}
