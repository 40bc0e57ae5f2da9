import { Agent, type AgentOptions } from 'node:https';
import type { Duplex } from 'node:stream';
import { connect, type ConnectionOptions } from 'node:tls';

/**
 * Speaks only to who holds one certificate, whoever signed it. Nothing is sent before the certificate was compared:
 * with the usual check switched off, a request would be on its way, with its password, when one learns who answers.
 */
export class PinnedAgent extends Agent {
  readonly #sha256: string;

  /** `sha256`: of the certificate in DER, hex in lower case. */
  constructor(sha256: string, options: AgentOptions) {
    // A resumed session shows no certificate.
    super({ ...options, maxCachedSessions: 0 });
    this.#sha256 = sha256;
  }

  override createConnection(
    options: ConnectionOptions,
    callback?: (error: Error | null, stream: Duplex) => void,
  ): undefined {
    const socket = connect({ ...options, rejectUnauthorized: false });
    const fail = (error: Error) => callback?.(error, socket);
    socket.once('error', fail);
    socket.once('secureConnect', () => {
      socket.off('error', fail);
      const fingerprint = socket.getPeerX509Certificate()?.fingerprint256 ?? '';
      if (fingerprint.replaceAll(':', '').toLowerCase() === this.#sha256) {
        callback?.(null, socket);
        return;
      }
      socket.destroy();
      fail(Object.assign(new Error('another certificate'), { code: 'CERTIFICATE_NOT_PINNED' }));
    });
  }
}
