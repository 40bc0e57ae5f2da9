import { familyNumber, familyOf, parsePrefix, prefixText } from './addresses.ts';
import { Attributes, encodeAttribute, encodeText, encodeU32, encodeU8 } from './message.ts';
import type { Rule } from './objects.ts';

/** `struct fib_rule_hdr` with its attributes (include/uapi/linux/fib_rules.h). */

export const RTM_NEWRULE = 32;
export const RTM_DELRULE = 33;
export const RTM_GETRULE = 34;
const messageBytes = 12;
const FRA_DST = 1;
const FRA_SRC = 2;
const FRA_IIFNAME = 3;
const FRA_PRIORITY = 6;
const FRA_FWMARK = 10;
const FRA_SUPPRESS_PREFIXLEN = 14;
const FRA_TABLE = 15;
const FRA_FWMASK = 16;
const FRA_OIFNAME = 17;
const FRA_PROTOCOL = 21;
const FR_ACT_TO_TBL = 1;
const noSuppression = 0xffff_ffff;

/** Undefined for other families and for rules that don't lead to a table. */
export function decodeRule(body: Buffer): Rule | undefined {
  if (body.length < messageBytes) return undefined;
  const family = familyOf(body.readUInt8(0));
  if (!family || body.readUInt8(7) !== FR_ACT_TO_TBL) return undefined;
  const attributes = new Attributes(body.subarray(messageBytes));
  const source = attributes.bytes(FRA_SRC);
  const destination = attributes.bytes(FRA_DST);
  const mark = attributes.u32(FRA_FWMARK);
  const markMask = attributes.u32(FRA_FWMASK);
  const incoming = attributes.text(FRA_IIFNAME);
  const outgoing = attributes.text(FRA_OIFNAME);
  const suppressed = attributes.u32(FRA_SUPPRESS_PREFIXLEN) ?? noSuppression;
  return {
    family,
    priority: attributes.u32(FRA_PRIORITY) ?? 0,
    table: attributes.u32(FRA_TABLE) ?? body.readUInt8(4),
    protocol: attributes.u8(FRA_PROTOCOL) ?? 0,
    ...(source && { from: prefixText(source, body.readUInt8(2), family) }),
    ...(destination && { to: prefixText(destination, body.readUInt8(1), family) }),
    // A mask without a mark matches packets that carry none.
    ...((mark !== undefined || markMask !== undefined) && { mark: mark ?? 0 }),
    ...(markMask !== undefined && { markMask }),
    ...(incoming !== undefined && { incoming }),
    ...(outgoing !== undefined && { outgoing }),
    ...(suppressed !== noSuppression && { suppressPrefixLength: suppressed }),
  };
}

/** Throws BAD_INPUT for prefixes that are none. */
export function encodeRule(rule: Rule): Buffer {
  const { family, table } = rule;
  const header = Buffer.alloc(messageBytes);
  header.writeUInt8(familyNumber(family), 0);
  header.writeUInt8(table < 256 ? table : 0, 4);
  header.writeUInt8(FR_ACT_TO_TBL, 7);
  const parts = [header, encodeU32(FRA_PRIORITY, rule.priority), encodeU32(FRA_TABLE, table)];
  parts.push(encodeU8(FRA_PROTOCOL, rule.protocol));
  for (const [text, place, type] of [
    [rule.to, 1, FRA_DST],
    [rule.from, 2, FRA_SRC],
  ] as const) {
    const prefix = text === undefined ? undefined : parsePrefix(text, family);
    if (!prefix?.bytes) continue;
    header.writeUInt8(prefix.length, place);
    parts.push(encodeAttribute(type, prefix.bytes));
  }
  if (rule.mark !== undefined) parts.push(encodeU32(FRA_FWMARK, rule.mark));
  if (rule.markMask !== undefined) parts.push(encodeU32(FRA_FWMASK, rule.markMask));
  if (rule.incoming !== undefined) parts.push(encodeText(FRA_IIFNAME, rule.incoming));
  if (rule.outgoing !== undefined) parts.push(encodeText(FRA_OIFNAME, rule.outgoing));
  if (rule.suppressPrefixLength !== undefined) parts.push(encodeU32(FRA_SUPPRESS_PREFIXLEN, rule.suppressPrefixLength));
  return Buffer.concat(parts);
}
