import { messageOf } from '../../model/index.ts';

/**
 * Why something on the network did not come about: an error name of the system (`ECONNREFUSED`), of the TLS or HTTP
 * library (`CERT_HAS_EXPIRED`, `HPE_INVALID_CONSTANT`), or one of ours: TIMEOUT, STARVED, ABORTED, UNPINNED.
 */
export interface NetFailure {
  kind: 'failure';
  code: string;
  text: string;
}

export function failure(code: string, text: string): NetFailure {
  return { kind: 'failure', code, text };
}

/** The failure that a thrown or emitted error stands for. */
export function failureOf(error: unknown): NetFailure {
  const code = error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : 'ERROR';
  return failure(code, messageOf(error));
}
