import type { TLSSocket } from 'node:tls';
import type { Clock } from '../../clock.ts';
import { failure, failureOf, type NetFailure } from '../failure.ts';
import { limitUnsent } from './unsent.ts';

/** SubjectPublicKeyInfo of an Ed25519 key up to the key itself (RFC 8410 section 4). */
const publicKeyPrefix = Buffer.from('302a300506032b6570032100', 'hex');
/** Time that last words get to leave. */
const farewellMs = 1000;

export interface SecureLinkEvents {
  /** Bytes in order. They are never written to again, so parts of them may be kept. */
  onData(bytes: Buffer): void;
  /** Called once, after which nothing follows; not called for `close` of our own. */
  onClosed(reason: NetFailure): void;
}

/** A byte stream, encrypted, to the holder of a key. */
export interface SecureLink {
  /** Ed25519, 32 bytes; the other side has proved that it holds the private one. */
  readonly peerKey: Buffer;
  /** IP address of the other side. */
  readonly address: string;
  readonly calledByUs: boolean;
  /** Nothing is read before this. */
  start(events: SecureLinkEvents): void;
  /** `sent` is called when the system has taken the bytes, which must not change before. Nothing limits what is queued. */
  write(bytes: Buffer, sent: () => void): void;
  /** Stops reading, so that the other side has to wait. */
  pause(): void;
  resume(): void;
  /** Sends the last words, if there are any, and closes; no event follows. */
  close(lastWords?: Buffer): void;
}

/** The Ed25519 key that the other side has proved to hold: by a whole handshake of TLS 1.3, not by a resumed session. */
export function provedKey(socket: TLSSocket): Buffer | undefined {
  if (socket.getProtocol() !== 'TLSv1.3' || socket.isSessionReused()) return undefined;
  const key = socket.getPeerX509Certificate()?.publicKey;
  if (key?.asymmetricKeyType !== 'ed25519') return undefined;
  return key.export({ type: 'spki', format: 'der' }).subarray(publicKeyPrefix.length);
}

/** An IPv4 address looks the same whether the system shows it mapped (RFC 4291 section 2.5.5.2) or not. */
export function plainAddress(address: string | undefined): string {
  return (address ?? '').replace(/^::ffff:(?=\d+\.)/, '');
}

export class TlsLink implements SecureLink {
  readonly peerKey: Buffer;
  readonly address: string;
  readonly calledByUs: boolean;
  readonly #socket: TLSSocket;
  readonly #clock: Clock;
  #events: SecureLinkEvents | undefined;
  #error: NetFailure | undefined;

  /** Takes over a socket whose handshake is done. */
  constructor(socket: TLSSocket, peerKey: Buffer, calledByUs: boolean, clock: Clock) {
    this.#socket = socket;
    this.#clock = clock;
    this.peerKey = peerKey;
    this.calledByUs = calledByUs;
    this.address = plainAddress(socket.remoteAddress);
    socket.setNoDelay(true);
    limitUnsent(socket);
    socket.on('error', (error) => {
      this.#error = failureOf(error);
    });
  }

  start(events: SecureLinkEvents): void {
    const socket = this.#socket;
    this.#events = events;
    const closed = () =>
      this.#end()?.onClosed(this.#error ?? failure('CLOSED', 'the other side closed the connection'));
    if (socket.destroyed) {
      queueMicrotask(closed);
      return;
    }
    socket.on('close', closed);
    // Half a connection is of no use: what remains to be sent would not be answered.
    socket.on('end', () => {
      if (this.#events) socket.destroy();
    });
    socket.on('data', (bytes) => this.#events?.onData(bytes));
  }

  write(bytes: Buffer, sent: () => void): void {
    this.#socket.write(bytes, (error) => {
      if (!error) sent();
    });
  }

  pause(): void {
    this.#socket.pause();
  }

  resume(): void {
    this.#socket.resume();
  }

  close(lastWords?: Buffer): void {
    const socket = this.#socket;
    this.#end();
    if (!lastWords || socket.destroyed) {
      socket.destroy();
      return;
    }
    const timer = this.#clock.after(farewellMs, () => socket.destroy());
    socket.once('close', () => timer.cancel());
    // What still arrives is read away: closing over unread bytes would reset the connection and lose the last words.
    socket.resume();
    socket.end(lastWords, () => socket.destroySoon());
  }

  #end(): SecureLinkEvents | undefined {
    const events = this.#events;
    this.#events = undefined;
    return events;
  }
}
