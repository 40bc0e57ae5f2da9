import {
  canonicalJson,
  decideVerdict,
  type CountedOpinion,
  type Membership,
  type ObservationsBody,
  type Opinion,
  type Transition,
} from '../../model/index.ts';
import type { VerifySignature } from '../crypto/signer.ts';
import { digestOf, signedBytes } from './signed-request.ts';

export interface Evidence {
  /** Hash of the genesis. */
  network: string;
  membership: Pick<Membership, 'watchers'>;
  verify: VerifySignature;
  /** The observations at a ledger position; undefined when there are none. */
  observationsAt: (position: number) => ObservationsBody | undefined;
}

/**
 * Whether opinions that their watchers really signed come to this verdict: for who would act on it and trusts nobody
 * but the keys of the members. Opinions that cannot be verified count as not said.
 */
export function isBorneOut(
  transition: Transition,
  rule: Parameters<typeof decideVerdict>[0],
  judges: readonly string[],
  evidence: Evidence,
): boolean {
  const verified = transition.opinions.filter((opinion) => isSigned(opinion, evidence));
  const opinions: Record<string, Opinion> = Object.fromEntries(verified.map((one) => [one.watcher, one]));
  return decideVerdict(rule, opinions, judges, transition.silent).state === transition.to;
}

function isSigned(opinion: CountedOpinion, { network, membership, verify, observationsAt }: Evidence): boolean {
  const { said, ...own } = opinion;
  const body = said === undefined ? undefined : observationsAt(said);
  const member = membership.watchers.find(({ id }) => id === opinion.watcher);
  if (!body || !member || body.watcher !== opinion.watcher) return false;
  const texts = body.opinions.map(canonicalJson);
  if (!texts.includes(canonicalJson(own))) return false;
  const request = { signer: body.watcher, number: body.number, request: { kind: 'observe', opinions: body.opinions } };
  const bytes = signedBytes(network, request as Parameters<typeof signedBytes>[1], texts.map(digestOf));
  return verify(member.publicKey, bytes, Buffer.from(body.signature, 'base64'));
}
