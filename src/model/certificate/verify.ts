import { genesisSchema, genesisText, type Genesis } from '../genesis.ts';
import { bodyOf } from './bodies.ts';
import { utf8 } from './bytes.ts';
import { nodeHashHex, sha256Hex, type CertificateCrypto } from './crypto.ts';
import { checkTransition, type CheckedTransition } from './evidence.ts';
import { checkIncluded, MemberWalk } from './members.ts';
import { provesConsistency } from './merkle-proof.ts';
import { clusterOrigin } from './note.ts';
import { Refused, type CertificateReason } from './reasons.ts';
import { checkNote, checkVotes, noSeal, sealNeed, votersOf, type Epoch } from './seal.ts';
import { readCertificate, type OutageCertificate } from './shape.ts';

/** The steps of verification, in their order. */
export const certificateSteps = ['form', 'members', 'votes', 'inclusion', 'checkpoint', 'verdict', 'history'] as const;

export type CertificateStepName = (typeof certificateSteps)[number];

export interface CertificateStep {
  step: CertificateStepName;
  /** `absent`: the certificate does without it, by another one that it has. */
  outcome: 'passed' | 'absent' | 'failed' | 'not-reached';
  /** One sentence. */
  text: string;
}

/** Who stands behind the ledger's root, strongest first. */
export type CertificatePolicy = 'byzantine-quorum' | 'crash-majority' | 'single-watcher';

/** A ledger that the verifier knows from before, such as that of an earlier certificate. */
export interface KeptLedger {
  size: number;
  /** Hexadecimal digits. */
  root: string;
}

/** What a good certificate shows. Times are milliseconds since 1970. */
export interface CertifiedOutage {
  cluster: string;
  incident: string;
  title: string;
  check: string;
  /** Agreed time of the first transition. */
  from: number;
  /** Agreed time of the last transition, when the incident was resolved by it. */
  until?: number;
  transitions: CheckedTransition[];
  policy: CertificatePolicy;
  epoch: number;
  /** Members of the epoch, and those who signed the ledger's root. */
  members: string[];
  signers: string[];
  /** How many had to sign. */
  need: number;
  ledger: { size: number; root: string };
}

export interface CertificateVerification {
  ok: boolean;
  reason: 'ok' | CertificateReason;
  /** What exactly, for people. */
  detail: string;
  steps: CertificateStep[];
  outage?: CertifiedOutage;
}

const policies = { pbft: 'byzantine-quorum', raft: 'crash-majority', solo: 'single-watcher' } as const;

/**
 * Verifies an outage certificate with nothing but the genesis of its cluster: no network, no clock. Never throws on what
 * it is given; every refusal has a reason. `genesis` is the parsed document that the verifier trusts; with `kept`, the
 * certificate must be of a ledger that has grown from that one.
 */
export function verifyCertificate(
  crypto: CertificateCrypto,
  bytes: Uint8Array,
  genesis: unknown,
  kept?: KeptLedger,
): CertificateVerification {
  const steps: CertificateStep[] = [];
  const failed = (reason: CertificateReason, detail: string): CertificateVerification => {
    for (const step of certificateSteps.slice(steps.length)) {
      const reached = steps.some(({ outcome }) => outcome === 'failed');
      steps.push({ step, outcome: reached ? 'not-reached' : 'failed', text: reached ? 'Not reached.' : detail });
    }
    return { ok: false, reason, detail, steps };
  };
  const read = readCertificate(bytes);
  if ('reason' in read) return failed(read.reason, read.detail);
  try {
    const done = (outcome: 'passed' | 'absent', text: string) => {
      const step = certificateSteps[steps.length];
      if (step) steps.push({ step, outcome, text });
    };
    const outage = verify(crypto, read.certificate, genesis, done);
    done(...checkHistory(crypto, read.certificate, kept));
    return { ok: true, reason: 'ok', detail: outage.title, steps, outage };
  } catch (thrown) {
    if (thrown instanceof Refused) return failed(thrown.reason, thrown.message);
    throw thrown;
  }
}

function verify(
  crypto: CertificateCrypto,
  certificate: OutageCertificate,
  given: unknown,
  done: (outcome: 'passed' | 'absent', text: string) => void,
): CertifiedOutage {
  const { seal, transitions } = certificate;
  done('passed', 'The file is a certificate in its one written form.');

  const genesis = genesisOf(crypto, given, certificate.network);
  const context = { crypto, network: certificate.network, origin: clusterOrigin(genesis.cluster, certificate.network) };
  const walk = new MemberWalk(context, genesis);
  walk.past(certificate.epochs);
  const { epoch } = walk;
  const members = votersOf(epoch).map(({ id }) => id);
  done('passed', `From the genesis to the ${members.length} members of epoch ${epoch.number}: ${members.join(', ')}.`);

  const voters = checkVotes(context, epoch, seal);
  if (voters) done('passed', `${signedBy(voters, epoch)} voted for the ledger with root ${seal.root}.`);
  else if (seal.note === undefined) throw noSeal(epoch);
  else done('absent', 'No votes; the cosigned checkpoint stands for them.');

  walk.present(certificate.changes, seal);
  for (const included of [certificate.incident, ...transitions]) checkIncluded(context, included, seal);
  done('passed', `${transitions.length + 1 + certificate.changes.length} entries are in that ledger of ${seal.size}.`);

  const cosigners = checkNote(context, epoch, seal);
  if (cosigners) done('passed', `${signedBy(cosigners, epoch)} cosigned the checkpoint of size ${seal.size}.`);
  else done('absent', 'No cosigned checkpoint; the votes stand for it.');

  const outage = outageOf(certificate, (transition, previousSince) =>
    checkTransition(context, walk, transition, previousSince),
  );
  done('passed', `The watchers signed what they saw, and the rule makes the recorded verdicts of it.`);
  return {
    ...outage,
    cluster: genesis.cluster,
    policy: policies[epoch.protocol],
    epoch: epoch.number,
    members,
    signers: voters ?? cosigners ?? [],
    need: sealNeed(epoch),
    ledger: { size: seal.size, root: seal.root },
  };
}

/** An earlier ledger that the certificate names is a prefix of this one; one that was kept must be that or this. */
function checkHistory(
  crypto: CertificateCrypto,
  { seal, history }: OutageCertificate,
  kept: KeptLedger | undefined,
): ['passed' | 'absent', string] {
  if (history) {
    const sizes = [history.size, seal.size] as const;
    if (!provesConsistency(nodeHashHex(crypto), history.proof, sizes, history.root, seal.root)) {
      throw new Refused('history-invalid', `from size ${history.size} to ${seal.size}`);
    }
  }
  if (kept) {
    const known = [seal, ...(history ? [history] : [])].find(({ size }) => size === kept.size);
    if (!known) throw new Refused('history-missing', `you kept size ${kept.size}, this is of size ${seal.size}`);
    if (known.root !== kept.root) throw new Refused('history-differs', `size ${kept.size}, root ${kept.root}`);
    return ['passed', `The ledger has grown from the one of size ${kept.size} that you kept.`];
  }
  if (history) return ['passed', `The ledger has grown from one of size ${history.size} with root ${history.root}.`];
  return ['absent', 'Compared with no earlier ledger.'];
}

function signedBy(signers: readonly string[], epoch: Epoch): string {
  return `${signers.length} of ${votersOf(epoch).length} members (${signers.join(', ')}; needed ${sealNeed(epoch)})`;
}

function genesisOf(crypto: CertificateCrypto, given: unknown, network: string): Genesis {
  const read = genesisSchema.safeParse(given);
  if (!read.success) {
    const issue = read.error.issues[0];
    throw new Refused('genesis-invalid', `${issue?.path.join('.') || 'the document'}: ${issue?.message ?? ''}`);
  }
  const genesis = read.data as Genesis;
  const hash = sha256Hex(crypto, utf8(genesisText(genesis)));
  if (hash !== network)
    throw new Refused('foreign-genesis', `the certificate is of ${network}, the genesis is ${hash}`);
  return genesis;
}

type CertificateTransition = OutageCertificate['transitions'][number];

function outageOf(
  { incident: included, transitions }: OutageCertificate,
  check: (transition: CertificateTransition, previousSince: number | undefined) => CheckedTransition,
): Pick<CertifiedOutage, 'incident' | 'title' | 'check' | 'from' | 'until' | 'transitions'> {
  const { entry } = included;
  const incident = bodyOf(entry, 'incident');
  const positions = transitions.map((one) => one.entry.position);
  if (incident.transitions.join() !== positions.join() || positions.some((position) => position > entry.position)) {
    const expected = incident.transitions.join(', ');
    throw new Refused('incident-mismatch', `incident ${incident.id} has ${expected}; found ${positions.join(', ')}`);
  }
  const checked: CheckedTransition[] = [];
  for (const transition of transitions) {
    const { check: name } = bodyOf(transition.entry, 'transition');
    if (name !== incident.check) throw new Refused('incident-mismatch', `a transition is of ${name}`);
    checked.push(check(transition, checked.at(-1)?.since));
  }
  const last = checked.at(-1);
  const ended = incident.resolvedAt !== undefined && last !== undefined && last.to === 'up';
  return {
    incident: incident.id,
    title: incident.title,
    check: incident.check,
    from: checked[0]?.since ?? incident.openedAt,
    ...(ended && { until: last.since }),
    transitions: checked,
  };
}
