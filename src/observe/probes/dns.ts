import { RE2JS } from 're2js';
import { z } from 'zod';
import { address, duration, formatDuration, type ProbeValue, type Reason } from '../../model/index.ts';
import {
  dnsTypes,
  plainName,
  queryDns,
  systemResolvers,
  type Deadline,
  type DnsAnswer,
  type DnsFailure,
} from '../../platform/index.ts';
import { exchanging } from './exchange.ts';
import { attemptOf } from './failures.ts';
import { pattern } from './pattern.ts';
import type { Attempt, OptionsOf, Probe, ProbeContext, ProbeTarget } from './probe.ts';
import { roundMs } from './statistics.ts';
import { degradedWhen } from './thresholds.ts';
import { judgeTrain, longestTrainMs, runTrain, trainOptions, trainValues } from './train.ts';

const rcodes = ['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED'] as const;

const expectation = z.union(
  [
    z.strictObject({ contains: z.string().describe('One of the answers is this.') }),
    z.strictObject({ 'not-contains': z.string().describe('None of the answers is this.') }),
    z.strictObject({ equals: z.array(z.string()).describe('The answers are these, in any order, and no others.') }),
    z.strictObject({ matches: pattern().describe('One of the answers matches this RE2 pattern.') }),
  ],
  'expected one of contains, not-contains, equals, matches',
);
type Expectation = z.output<typeof expectation>;

const options = {
  'record-type': z
    .enum(dnsTypes)
    .default('A')
    .describe('The records that are asked for. RouterOS has A, AAAA, MX, NS.'),
  'dns-server': address().optional().describe('The server to ask; the first one of this machine by default.'),
  port: z.int().min(1).max(65_535).default(53).describe('Port of the server.'),
  rcodes: z
    .array(z.enum(rcodes))
    .min(1)
    .default(['NOERROR'])
    .describe('Response codes that are good. With NXDOMAIN among them an answer without records is good too.'),
  expect: z.array(expectation).max(100).default([]).describe('What the answers must be; all of it must hold.'),
  'thr-dns-time': duration().optional().describe('Above this answer time the check is down.'),
  ...trainOptions(1),
  'degraded-when': degradedWhen({ 'thr-dns-time': duration().optional() }),
};
type Options = OptionsOf<typeof options>;

/** RouterOS Netwatch `dns`: a question to a name server, and what the answer must be. */
export const dnsProbe = {
  type: 'dns',
  summary: 'A DNS question about the host; up if the server answers with records, and with the expected ones.',
  options,
  values: {
    ip: 'IPv4 addresses of the answer',
    ip6: 'IPv6 addresses of the answer',
    'mail-servers': 'names of mail servers',
    'name-servers': 'names of name servers',
    records: 'the answers of the asked type',
    rcode: 'response code, such as NOERROR',
    'answer-ms': 'time to the answer in ms',
    'over-tcp': 'true if the answer came over TCP because it was too large for UDP',
    'ignored-answers': 'messages with a wrong id, question or source',
    ...trainValues,
  },
  hostIsSubject: true,
  destinations: (given) => {
    const server = given['dns-server'] ?? systemResolvers()[0];
    return typeof server === 'string' ? [server] : [];
  },
  cost: (given) => Number(given['packet-count']),
  longestMs: longestTrainMs,
  async run(target: ProbeTarget, given: Options, context: ProbeContext) {
    const server = given['dns-server'] ?? systemResolvers()[0];
    if (server === undefined) {
      const text = '/etc/resolv.conf names no server; give dns-server';
      return { outcome: 'unknown', reason: { code: 'no-dns-server', text }, values: {} };
    }
    const attempting = exchanging(target, context, (deadline) => askOnce(target, server, given, deadline));
    const attempts = await runTrain(given, attempting, context);
    return judgeTrain(attempts, given, { thresholds: given, degradedWhen: given['degraded-when'] });
  },
} satisfies Probe<typeof options>;

async function askOnce(target: ProbeTarget, server: string, given: Options, deadline: Deadline): Promise<Attempt> {
  const question = { name: target.host, type: given['record-type'] };
  const result = await queryDns({ ...target, address: server, port: given.port }, question, deadline);
  if (result.kind === 'failure') return { ...failed(result, target), address: server };
  const answers = result.records.filter(({ type }) => type === given['record-type']).map(({ text }) => text);
  const reason = judge(result, answers, given, target.host);
  return {
    outcome: reason ? 'fail' : 'pass',
    ...(reason && { reason }),
    latencyMs: result.answerMs,
    address: server,
    values: valuesOf(result, answers),
  };
}

function failed(result: DnsFailure, target: ProbeTarget): Attempt {
  const ignored = Object.entries(result.ignored).map(([why, count]) => `${count} with ${why.replace('-', ' ')}`);
  if (ignored.length === 0) return attemptOf(result, 'dns-failed');
  if (result.code !== 'TIMEOUT' && result.code !== 'FLOODED') return attemptOf(result, 'dns-failed');
  const text = `no valid answer within ${formatDuration(target.timeoutMs)}; ignored ${ignored.join(', ')}`;
  return { outcome: 'fail', reason: { code: 'invalid-answer', text } };
}

function valuesOf(result: DnsAnswer, answers: readonly string[]): Record<string, ProbeValue> {
  const of = (type: string) => result.records.filter((record) => record.type === type).map(({ text }) => text);
  const values: Record<string, ProbeValue> = {
    rcode: result.rcode,
    'answer-ms': roundMs(result.answerMs),
    records: answers,
    ip: of('A'),
    ip6: of('AAAA'),
    'mail-servers': of('MX').map((text) => text.replace(/^\d+ /, '')),
    'name-servers': of('NS'),
  };
  const ignored = Object.values(result.ignored).reduce((sum, count) => sum + count, 0);
  if (result.overTcp) values['over-tcp'] = true;
  if (ignored > 0) values['ignored-answers'] = ignored;
  for (const [name, value] of Object.entries(values))
    if (Array.isArray(value) && value.length === 0) delete values[name];
  return values;
}

function judge(result: DnsAnswer, answers: readonly string[], given: Options, name: string): Reason | undefined {
  if (!(given.rcodes as readonly string[]).includes(result.rcode)) {
    return { code: 'dns-rcode', text: `the server answers ${result.rcode} for ${name}` };
  }
  if (result.rcode === 'NOERROR' && answers.length === 0 && !given.rcodes.includes('NXDOMAIN')) {
    return { code: 'dns-no-record', text: `${name} has no ${given['record-type']} record` };
  }
  for (const expected of given.expect) {
    if (!holds(expected, answers)) return { code: 'dns-unexpected', text: unexpected(expected, answers) };
  }
  return undefined;
}

/** An answer may be named with or without its preference, as `mail.example.org` for `10 mail.example.org`. */
function isAnswer(answer: string, wanted: string): boolean {
  const bare = plainName(wanted);
  return answer === wanted || plainName(answer) === bare || plainName(answer).replace(/^(\d+ )+/, '') === bare;
}

function holds(expected: Expectation, answers: readonly string[]): boolean {
  if ('contains' in expected) return answers.some((answer) => isAnswer(answer, expected.contains));
  if ('not-contains' in expected) return !answers.some((answer) => isAnswer(answer, expected['not-contains']));
  if ('matches' in expected) return answers.some((answer) => RE2JS.compile(expected.matches).matcher(answer).find());
  return (
    answers.every((answer) => expected.equals.some((wanted) => isAnswer(answer, wanted))) &&
    expected.equals.every((wanted) => answers.some((answer) => isAnswer(answer, wanted)))
  );
}

function unexpected(expected: Expectation, answers: readonly string[]): string {
  const shown = answers.slice(0, 5).join(', ') || 'nothing';
  return `the answer is ${shown}${answers.length > 5 ? ', …' : ''}; expected ${wording(expected)}`;
}

function wording(expected: Expectation): string {
  if ('contains' in expected) return `${expected.contains} among them`;
  if ('not-contains' in expected) return `anything but ${expected['not-contains']}`;
  if ('matches' in expected) return `one that matches ${expected.matches}`;
  return expected.equals.join(', ') || 'nothing';
}
