import type { Socket } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import type { EpochMs, Milliseconds } from '../../../model/index.ts';
import type { Deadline } from '../deadline.ts';
import { failure, failureOf, type NetFailure } from '../failure.ts';
import { secureContext } from './context.ts';

export interface TlsSettings {
  /** The name for SNI and for the comparison with the certificate; an address is compared only. */
  serverName: string;
  /** Compare the certificate with the authorities; otherwise nothing is said about it but what it shows. */
  judge: boolean;
  /** A PEM file with the authorities to trust instead of the system's. */
  authorityFile?: string | undefined;
}

/** What the server showed. Nothing is refused here: judging is the caller's business. */
export interface ServerCertificate {
  subject: string;
  issuer: string;
  validFrom: EpochMs;
  validTo: EpochMs;
  /** Why it is not to be trusted: a code of OpenSSL such as `CERT_HAS_EXPIRED`, or `ERR_TLS_CERT_ALTNAME_INVALID`. */
  problem?: NetFailure;
}

export interface TlsConnection {
  kind: 'secured';
  socket: TLSSocket;
  tlsMs: Milliseconds;
  /** `TLSv1.3` */
  version: string;
  certificate: ServerCertificate;
}

/** Takes over an open TCP socket; whatever goes wrong is a value, and closes it. */
export function secureTcp(tcp: Socket, settings: TlsSettings, deadline: Deadline): Promise<TlsConnection | NetFailure> {
  const context = secureContext(settings.authorityFile, settings.judge);
  if ('kind' in context) {
    tcp.destroy();
    return Promise.resolve(context);
  }
  const { serverName } = settings;
  const startMs = deadline.elapsedMs();
  // SNI carries names only (RFC 6066 section 3).
  const isName = /[^0-9.]/.test(serverName) && !serverName.includes(':');
  const socket = connect({
    socket: tcp,
    host: serverName,
    ...(isName ? { servername: serverName } : {}),
    secureContext: context,
    rejectUnauthorized: false,
    ALPNProtocols: ['http/1.1'],
  });
  return new Promise((resolve) => {
    const end = (result: TlsConnection | NetFailure) => {
      deadline.watch(() => undefined);
      socket.removeAllListeners('secureConnect').removeAllListeners('error').removeAllListeners('close');
      if (result.kind === 'failure') {
        socket.on('error', () => undefined);
        socket.destroy();
        tcp.destroy();
      }
      resolve(result);
    };
    socket.once('secureConnect', () => {
      const tlsMs = deadline.elapsedMs() - startMs;
      const version = socket.getProtocol() ?? 'unknown';
      end({ kind: 'secured', socket, tlsMs, version, certificate: describe(socket, settings.judge) });
    });
    socket.once('error', (error) => end(failureOf(error)));
    socket.once('close', () => end(failure('ECONNRESET', 'the server closed the connection during the handshake')));
    deadline.watch(end);
  });
}

function describe(socket: TLSSocket, judge: boolean): ServerCertificate {
  const shown = socket.getPeerX509Certificate();
  const problem: unknown = judge ? socket.authorizationError : undefined;
  const code = problem instanceof Error ? failureOf(problem).code : String(problem);
  const text = problem instanceof Error ? problem.message : String(problem);
  return {
    subject: oneLine(shown?.subject),
    issuer: oneLine(shown?.issuer),
    validFrom: shown ? Date.parse(shown.validFrom) : 0,
    validTo: shown ? Date.parse(shown.validTo) : 0,
    ...(problem ? { problem: failure(code, text) } : {}),
  };
}

/** `C=DE\nCN=x` on one line, cut to what fits on a page: it comes from the other side. */
function oneLine(name: string | undefined): string {
  return (name ?? '').replaceAll('\n', ', ').slice(0, 200);
}
