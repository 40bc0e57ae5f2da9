import type { IpFamily, UplinkReceipt } from '../../model/index.ts';

/** Somebody else changed routes or rules that are ours to set. */
export interface UplinkInterference {
  family: IpFamily;
  /** A sentence for people. */
  text: string;
  /** What was done about it; absent where it is left as it is. */
  repair?: UplinkReceipt;
}
