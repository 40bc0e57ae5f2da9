import { createHmac, timingSafeEqual } from 'node:crypto';

/**
 * What a button says when it is pressed. A client can say anything in its place, so it carries a code that only who
 * knows the bot's token can make, for this incident and no other. At most 64 bytes (Bot API, InlineKeyboardButton).
 */
export function buttonData(token: string, incident: string, thread: string): string {
  return `ack:${incident}:${codeOf(token, thread)}`;
}

const form = /^ack:([A-Za-z0-9._-]{1,40}):([A-Za-z0-9_-]{16})$/;

/** The incident that it claims to be about; whether it is, `isGenuine` says. */
export function incidentOf(data: string): string | undefined {
  return form.exec(data)?.[1];
}

export function isGenuine(data: string, token: string, thread: string): boolean {
  const code = form.exec(data)?.[2] ?? '';
  const expected = codeOf(token, thread);
  return code.length === expected.length && timingSafeEqual(Buffer.from(code), Buffer.from(expected));
}

/** 96 bits of HMAC-SHA256 (RFC 2104, section 5 on truncation). */
function codeOf(token: string, thread: string): string {
  return createHmac('sha256', token).update(`acknowledge\n${thread}`).digest('base64url').slice(0, 16);
}
