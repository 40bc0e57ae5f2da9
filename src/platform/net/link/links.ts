import { constants, type KeyObject } from 'node:crypto';
import { createSecureContext, type SecureContextOptions } from 'node:tls';
import type { NetFailure } from '../failure.ts';
import { callPeer, type Call } from './call.ts';
import { selfSignedCertificate } from './certificate.ts';
import { openDoor, type DoorOptions } from './door.ts';
import type { SecureLink } from './secure-link.ts';

export interface LinksOptions extends Omit<DoorOptions, 'listen' | 'settings'> {
  /** Our Ed25519 key, which we prove to hold in every handshake. */
  privateKey: KeyObject;
  /** Where others call us; port 0 lets the system choose. Without it we only call. */
  listen?: { host: string; port: number } | undefined;
}

/** Calls others and is called: TLS 1.3, both sides prove to hold their key, no session is ever resumed. */
export interface Links {
  /** Where it listens; undefined when it doesn't. */
  readonly port: number | undefined;
  /**
   * Calls `host:port` (`[::1]:port` for IPv6), where the holder of the key should answer. Gives the link, or why not: an
   * error of the system or of TLS, TIMEOUT, WRONG_KEY, BAD_ADDRESS.
   */
  call(address: string, publicKey: Uint8Array, done: (result: SecureLink | NetFailure) => void): Call;
  /** Ends handshakes that are under way; links that were handed out are their takers'. */
  close(): void;
}

/** Throws QwError LISTEN_FAILED. */
export async function openLinks(options: LinksOptions): Promise<Links> {
  const { listen, clock, handshakeMs } = options;
  const settings = settingsOf(options.privateKey);
  const context = createSecureContext(settings);
  const calls = new Set<Call>();
  const door = listen ? await openDoor({ ...options, listen, settings }) : undefined;
  return {
    port: door?.port,
    call: (address, publicKey, done) => {
      const calling = callPeer({ address, publicKey, context, clock, handshakeMs }, (result) => {
        calls.delete(calling);
        done(result);
      });
      calls.add(calling);
      return {
        cancel: () => {
          calls.delete(calling);
          calling.cancel();
        },
      };
    },
    close: () => {
      for (const calling of calls) calling.cancel();
      calls.clear();
      door?.close();
    },
  };
}

/** Everything else of TLS is switched off, so that no downgrade or resumption can pass by the keys. */
function settingsOf(privateKey: KeyObject): SecureContextOptions {
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    cert: selfSignedCertificate(privateKey),
    ca: [],
    minVersion: 'TLSv1.3',
    maxVersion: 'TLSv1.3',
    sigalgs: 'ed25519',
    ciphers: 'TLS_AES_128_GCM_SHA256:TLS_CHACHA20_POLY1305_SHA256',
    ecdhCurve: 'X25519',
    // Without tickets a session would have to lie in a cache of ours, and there is none.
    secureOptions: constants.SSL_OP_NO_TICKET | constants.SSL_OP_NO_RENEGOTIATION,
  };
}
