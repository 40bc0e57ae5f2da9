import { readFileSync, statSync } from 'node:fs';
import { createSecureContext, getCACertificates, type SecureContext } from 'node:tls';
import { messageOf } from '../../../model/index.ts';
import { failure, type NetFailure } from '../failure.ts';

/** Whom a connection trusts; making a context parses certificates, which costs more than a handshake, so it is shared. */

interface Known {
  changedMs: number;
  context: SecureContext;
}

const maximumContexts = 100;
/**
 * What every server knows (RFC 8446 section 9.1). Nothing secret is said, so the keys against quantum computers that
 * OpenSSL would make for each handshake besides are not worth their time.
 */
const groups = 'X25519:P-256:P-384:P-521';
const contexts = new Map<string, Known>();

let trustless: SecureContext | undefined;

/**
 * The authorities of this system and those that come with Node, or only those of a PEM file, which is read again when
 * it changes. Who does not judge certificates needs none of them, and none of their megabytes.
 */
export function secureContext(authorityFile: string | undefined, judged: boolean): SecureContext | NetFailure {
  if (!judged) return (trustless ??= createSecureContext({ ca: [], ecdhCurve: groups }));
  try {
    const changedMs = authorityFile === undefined ? 0 : statSync(authorityFile).mtimeMs;
    const key = authorityFile ?? '';
    const known = contexts.get(key);
    if (known?.changedMs === changedMs) return known.context;
    const ca = authorityFile === undefined ? systemAuthorities() : readFileSync(authorityFile);
    const context = createSecureContext({ ca, ecdhCurve: groups });
    if (contexts.size >= maximumContexts) contexts.clear();
    contexts.set(key, { changedMs, context });
    return context;
  } catch (error) {
    return failure('UNREADABLE', `authorities in ${authorityFile ?? 'the system store'}: ${messageOf(error)}`);
  }
}

function systemAuthorities(): string[] {
  return [...new Set([...getCACertificates('system'), ...getCACertificates('default')])];
}
