import type { TemplateRequest } from './template-request.ts';

/** What a gateway's request may say besides the parts of the message. */
export const smsParts = {
  to: 'the number of the recipient, with + and country code',
  'to-digits': 'the same without the +',
  from: 'the sender',
  text: 'the text, shortened to whole segments',
  account: 'the option account',
  secret: 'the secret of secret-file or secret',
  basic: 'account and secret as HTTP Basic credentials (RFC 7617)',
  coding: 'text if all characters are of the GSM 7-bit alphabet, else unicode',
  id: 'the same for every try of this message to this recipient',
} as const;
export type SmsPart = keyof typeof smsParts;

/** Gateways whose requests are known, as data: another one is another entry. */
export const smsGateways = {
  /** Twilio, Programmable Messaging, Messages resource (2010-04-01): 201 with the message's state. */
  twilio: {
    url: 'https://api.twilio.com/2010-04-01/Accounts/${account}/Messages.json',
    method: 'POST',
    headers: { Authorization: 'Basic ${basic}' },
    format: 'form',
    body: 'To=${to}&From=${from}&Body=${text}',
    success: { status: [200, 201] },
  },
  /** Vonage SMS API: 200 whatever happened, one status for each segment; 1 is throttled, 5 an internal error. */
  vonage: {
    url: 'https://rest.nexmo.com/sms/json',
    method: 'POST',
    headers: {},
    format: 'form',
    body: 'api_key=${account}&api_secret=${secret}&from=${from}&to=${to-digits}&text=${text}&type=${coding}',
    success: { 'json-path': '$.messages[*].status', equals: '0' },
    passing: ['1', '5'],
  },
  /** Bird, formerly MessageBird, SMS Messaging API: 201 with the message. */
  messagebird: {
    url: 'https://rest.messagebird.com/messages',
    method: 'POST',
    headers: { Authorization: 'AccessKey ${secret}' },
    format: 'json',
    body: '{"originator":"${from}","recipients":["${to-digits}"],"body":"${text}","datacoding":"auto","reference":"${id}"}',
    success: { status: [201] },
  },
} as const satisfies Record<string, TemplateRequest>;
