/** Why an entry of a log gave no rows. */
export type CloudFault =
  | 'too-long'
  | 'too-deep'
  | 'not-json'
  | 'not-an-entry'
  | 'cut-off'
  | 'unknown-fields'
  | 'field-count'
  | 'missing-field'
  | 'bad-address'
  | 'bad-number'
  | 'bad-time';

/** Ends the reading of one entry; the reader counts it and goes on with the next one. */
export class Unreadable extends Error {
  readonly fault: CloudFault;

  constructor(fault: CloudFault) {
    super(fault);
    this.fault = fault;
  }
}
