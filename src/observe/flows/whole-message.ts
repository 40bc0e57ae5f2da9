import { u16 } from './decode/bytes.ts';
import { isSflow } from './decode/sflow/heads.ts';

/** Head and record in bytes, of versions whose records have one length. */
const fixed: Readonly<Record<number, readonly [head: number, record: number]>> = {
  1: [16, 52],
  5: [24, 48],
  7: [24, 52],
};
const [v9, ipfix] = [9, 10];
const v9HeadBytes = 20;
const ipfixHeadBytes = 16;
/** Sets of templates and options have numbers below 4, those of data 256 and more (RFC 3954, section 5.2; RFC 7011, 3.3.2). */
const firstDataSet = 256;
const lastTemplateSet = 3;

/**
 * Whether a datagram holds together as a message of NetFlow, IPFIX or sFlow: its first bytes and its lengths. Two bytes alone
 * would take one DNS message in ten thousand for one.
 */
export function isWholeMessage(bytes: Uint8Array): boolean {
  if (isSflow(bytes)) return true;
  if (bytes.length < 4) return false;
  const [version, count] = [u16(bytes, 0), u16(bytes, 2)];
  const sizes = fixed[version];
  if (sizes) return count > 0 && sizes[0] + count * sizes[1] <= bytes.length;
  if (version === v9) return count > 0 && beginsWithSet(bytes, v9HeadBytes, bytes.length);
  return version === ipfix && count <= bytes.length && beginsWithSet(bytes, ipfixHeadBytes, count);
}

function beginsWithSet(bytes: Uint8Array, at: number, end: number): boolean {
  if (end < at + 4) return false;
  const [number, length] = [u16(bytes, at), u16(bytes, at + 2)];
  return (number <= lastTemplateSet || number >= firstDataSet) && length >= 4 && at + length <= end;
}
