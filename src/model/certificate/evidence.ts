import { requestStatement } from '../ledger.ts';
import type { Opinion } from '../opinion.ts';
import { agreedSince, decideVerdict } from '../quorum.ts';
import { bodyOf, contentOf, type OpinionView, type TransitionView } from './bodies.ts';
import { fromBase64, fromHex, utf8 } from './bytes.ts';
import { sha256Hex } from './crypto.ts';
import type { MemberWalk } from './members.ts';
import { Refused } from './reasons.ts';
import type { SealContext } from './seal.ts';
import type { CertificateEntry, CertificateStatement, OutageCertificate } from './shape.ts';

/** A transition that was checked: what it rests on, counted again. */
export interface CheckedTransition {
  position: number;
  from: TransitionView['from'];
  to: TransitionView['to'];
  /** Milliseconds since 1970. */
  since: number;
  rule: TransitionView['rule'];
  /** Watchers that said what the verdict says, said something else, or were not heard. */
  for: string[];
  against: string[];
  silent: string[];
}

/** Each opinion of the transition was signed by its watcher, and the rule makes this verdict of them. */
export function checkTransition(
  context: SealContext,
  walk: MemberWalk,
  { entry, said }: OutageCertificate['transitions'][number],
  previousSince: number | undefined,
): CheckedTransition {
  const transition = bodyOf(entry, 'transition');
  const { opinions } = transition;
  for (const [at, opinion] of opinions.entries()) {
    const statement = said[at];
    if (statement?.watcher !== opinion.watcher) {
      throw new Refused('evidence-missing', `entry ${entry.position}: what ${opinion.watcher} signed is not given`);
    }
    checkStatement(context, walk, entry, opinion, statement);
  }
  if (said.length > opinions.length) {
    throw new Refused('evidence-foreign', `entry ${entry.position}: ${said.length - opinions.length} statements`);
  }
  return recompute(entry, transition, previousSince);
}

function checkStatement(
  { crypto, network }: SealContext,
  walk: MemberWalk,
  entry: CertificateEntry,
  opinion: OpinionView,
  { watcher, number, digests, signature }: CertificateStatement,
): void {
  const where = `entry ${entry.position}: ${watcher}`;
  const digest = sha256Hex(crypto, utf8(contentOf(saidOf(opinion), where)));
  if (!digests.includes(digest)) {
    throw new Refused('evidence-signature', `${where} signed other opinions`);
  }
  const message = utf8(requestStatement(network, watcher, number, 'observe', digests));
  const bytes = fromBase64(signature) ?? new Uint8Array();
  const key = opinion.said < entry.position ? walk.keyAt(watcher, opinion.said) : undefined;
  if (key === undefined || !crypto.verifyEd25519(fromHex(key), message, bytes)) {
    throw new Refused('evidence-signature', where);
  }
}

/** The opinion as its watcher said it; the ledger may have noted more beside it. */
function saidOf(opinion: OpinionView): Record<string, unknown> {
  const { check, watcher, state, since, reason, rounds, results } = opinion;
  return { check, watcher, state, since, ...(reason && { reason }), rounds, results };
}

function recompute(
  { position, time }: CertificateEntry,
  transition: TransitionView,
  previousSince: number | undefined,
): CheckedTransition {
  const { rule, to, since } = transition;
  const heard = transition.opinions.filter(({ watcher }) => !transition.silent.includes(watcher));
  const names = [...new Set([...transition.opinions.map(({ watcher }) => watcher), ...transition.silent])];
  if (names.length > rule.of || new Set(heard.map(({ watcher }) => watcher)).size !== heard.length) {
    throw new Refused('verdict-mismatch', `entry ${position}: ${names.length} watchers, the rule knows ${rule.of}`);
  }
  // Judges that have said nothing yet have no name here; they count as not heard.
  const judges = [...names, ...Array.from({ length: rule.of - names.length }, (_, at) => `\n${at}`)];
  const opinions = Object.fromEntries(heard.map((one) => [one.watcher, one as unknown as Opinion]));
  const decision = decideVerdict({ rule: rule.name, k: rule.need }, opinions, judges);
  const voters = new Set(decision.voters.map(({ watcher }) => watcher));
  // A check may become unknown for other reasons than opinions, a new configuration for example; that claims nothing.
  if (to !== 'unknown') {
    if (decision.state !== to || decision.rule.need !== rule.need) {
      const found = `${decision.state} by ${decision.rule.need} of ${rule.of}`;
      throw new Refused(
        'verdict-mismatch',
        `entry ${position} says ${to} by ${rule.need}, the evidence gives ${found}`,
      );
    }
    checkSince(position, since, agreedSince(decision.voters, undefined, time), time, previousSince);
  }
  return {
    position,
    from: transition.from,
    to,
    since,
    rule,
    for: [...voters],
    against: heard.map(({ watcher }) => watcher).filter((watcher) => !voters.has(watcher)),
    silent: names.filter((watcher) => !heard.some((one) => one.watcher === watcher)),
  };
}

/** The voters' median, unless the transition before was later; the one before the first is not in the certificate. */
function checkSince(position: number, since: number, median: number, time: number, previous: number | undefined): void {
  const follows = previous === undefined ? since >= median && since <= time : since === Math.max(median, previous);
  if (!follows) throw new Refused('since-mismatch', `entry ${position} says ${since}, its voters' median is ${median}`);
}
