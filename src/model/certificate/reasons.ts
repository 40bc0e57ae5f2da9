/** Every reason for which a certificate is refused, and what it means. */
export const certificateReasonTable = {
  'too-large': 'The file is larger than any certificate may be.',
  'not-json': 'The file is not JSON in UTF-8.',
  'wrong-shape': 'The file does not have the fields of a certificate, or has others, or values out of bounds.',
  'not-canonical': 'The content is not written in its one canonical form.',
  'genesis-invalid': 'The genesis that was given is none.',
  'foreign-genesis': 'The certificate belongs to another cluster than the genesis.',
  'membership-invalid': 'A membership entry does not follow from the one before it.',
  'unknown-operator': 'A membership change names an operator that the genesis does not know.',
  'operator-signature': 'The operator did not sign this membership change.',
  'no-seal': 'Nothing says that the members stand behind the root of the ledger.',
  'unknown-signer': 'Somebody signed who was no member of the epoch.',
  'repeated-signer': 'A member stands in a list of signatures twice, or the list is not in order.',
  'wrong-signature': 'A signature does not fit its statement, its signer, or its epoch.',
  'too-few-signatures': 'Fewer members signed than the protocol asks for.',
  'note-invalid': 'The cosigned checkpoint is not one, or belongs to another ledger.',
  'other-root': 'Members signed another size or root than the proofs lead to.',
  'not-included': 'An entry is not part of the ledger that the members signed.',
  'entry-invalid': 'An entry is not what its place in the certificate asks for.',
  'incident-mismatch': 'The transitions are not exactly those of the incident.',
  'evidence-missing': 'An opinion on which a verdict rests comes without the signature of its watcher.',
  'evidence-foreign': 'There is a signed statement that no opinion of the transition rests on.',
  'evidence-signature': 'The watcher did not sign the opinion that the ledger gives as its own.',
  'verdict-mismatch': 'The rule, applied to the evidence, does not give the recorded verdict.',
  'since-mismatch': 'The recorded time of the change does not follow from the voters’ own times.',
  'history-invalid': 'The ledger of the earlier size is not a prefix of this one.',
  'history-missing': 'The certificate does not show how the ledger grew from the one that you kept.',
  'history-differs': 'You kept another ledger of that size: the members have signed two.',
} as const satisfies Record<string, string>;

export type CertificateReason = keyof typeof certificateReasonTable;

/** Why verification stopped. Thrown inside the verifier only. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly reason: CertificateReason;

  constructor(reason: CertificateReason, detail: string) {
    super(detail);
    this.reason = reason;
  }
}
