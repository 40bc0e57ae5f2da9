import type { MemberRecord } from '../../../model/index.ts';
import type { Verifier } from '../../crypto/ports.ts';
import { createVerifier } from '../../crypto/signer.ts';
import type { ParticipantId } from '../../protocol.ts';

/** Checks votes and requests by the keys of the watchers of one epoch. */
export function epochVerifier(watchers: readonly MemberRecord[]): Verifier {
  const verify = createVerifier();
  const keys = new Map<ParticipantId, string>(watchers.map(({ number, publicKey }) => [number, publicKey]));
  return {
    verify: (signer, bytes, signature) => {
      const key = keys.get(signer);
      return key !== undefined && verify(key, bytes, signature);
    },
  };
}
