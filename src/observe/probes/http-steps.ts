import { query } from 'jsonpath-rfc9535';
import { RE2JS } from 're2js';
import { z } from 'zod';
import { duration, messageOf, type ProbeValue, type Reason } from '../../model/index.ts';
import type { Deadline, HttpReply } from '../../platform/index.ts';
import { jsonPath } from './content.ts';
import { CookieJar } from './cookie-jar.ts';
import { exchanging } from './exchange.ts';
import { fetchOnce, headersOf, textOf } from './http.ts';
import { certificateValues, httpOptions, httpsOptions, httpValues, type HttpOptions } from './http-options.ts';
import type { Location } from './location.ts';
import { pattern } from './pattern.ts';
import type { Attempt, OptionsOf, Probe, ProbeContext, ProbeFinding, ProbeTarget } from './probe.ts';
import { roundMs } from './statistics.ts';
import { degradedWhen } from './thresholds.ts';
import { judgeTrain, runTrain, type TrainSettings } from './train.ts';

/**
 * Several requests one after the other, as a person goes through a site: sign in, open, order. Cookies go along; what a
 * reply holds can be saved and used by later steps as `{{name}}`.
 */

const variableName = z.string().regex(/^[a-z][a-z0-9_]{0,31}$/, 'expected lower case letters, digits and underscores');
const maximumSavedCharacters = 4096;
const placeholder = /\{\{([a-z][a-z0-9_]{0,31})\}\}/g;

const saving = z.union(
  [
    z.strictObject({ 'json-path': jsonPath.describe('The first value that a JSONPath (RFC 9535) selects.') }),
    z.strictObject({ header: z.string().min(1).max(100).describe('A header of the reply.') }),
    z.strictObject({ matches: pattern().describe('What the first group of an RE2 pattern matches in the body.') }),
  ],
  'expected one of json-path, header, matches',
);
type Saving = z.output<typeof saving>;

const step = z.strictObject({
  name: z.string().min(1).max(100).optional().describe('Named in reasons; by default its number.'),
  method: httpOptions.method,
  path: httpOptions.path,
  headers: httpOptions.headers,
  body: httpOptions.body,
  'http-codes': httpOptions['http-codes'],
  match: httpOptions.match,
  save: z
    .record(variableName, saving)
    .refine((given) => Object.keys(given).length <= 20, 'expected at most 20 saved values')
    .default({})
    .describe('Values of the reply that later steps use as {{name}} in path, headers and body.'),
});
type Step = z.output<typeof step>;

/** Every `{{name}}` must have been saved by an earlier step. */
function unsaved(steps: readonly Step[]): { index: number; name: string } | undefined {
  const saved = new Set<string>();
  for (const [index, one] of steps.entries()) {
    for (const text of [one.path, one.body ?? '', ...Object.values(one.headers)]) {
      for (const [, name = ''] of text.matchAll(placeholder)) if (!saved.has(name)) return { index, name };
    }
    for (const name of Object.keys(one.save)) saved.add(name);
  }
  return undefined;
}

const options = {
  secure: z.boolean().default(true).describe('Over TLS.'),
  port: z.int().min(1).max(65_535).optional().describe('TCP port; 443, or 80 without TLS.'),
  steps: z
    .array(step)
    .min(1)
    .max(20)
    .superRefine((given, context) => {
      const problem = unsaved(given);
      if (problem === undefined) return;
      const message = `expected a value that an earlier step saves, found {{${problem.name}}}`;
      context.addIssue({ code: 'custom', path: [problem.index], message, input: problem.name });
    })
    .describe('The requests, in this order; the first that is not as expected ends the run.'),
  'thr-http-time': httpOptions['thr-http-time'].describe('Above this time for all steps together the check is down.'),
  user: httpOptions.user,
  'password-file': httpOptions['password-file'],
  'server-name': httpOptions['server-name'],
  'follow-redirects': z.int().min(0).max(20).default(5).describe('How many redirects each step follows.'),
  'max-body': httpOptions['max-body'],
  'degraded-when': degradedWhen({ 'thr-http-time': duration().optional() }),
  ...httpsOptions,
};

/** A run is one attempt: what a step found is not lost in a train of others. */
const single: TrainSettings = {
  'packet-count': 1,
  'packet-interval': 0,
  'thr-loss-percent': 0,
  'thr-loss-count': 0,
  'early-failure-detection': false,
  'early-success-detection': false,
};

type StepsOptions = OptionsOf<typeof options>;

export const httpStepsProbe = {
  type: 'http-steps',
  summary: 'Several HTTP requests one after the other; up if each is answered as expected.',
  options,
  values: {
    ...httpValues,
    ...certificateValues,
    'steps-done': 'steps that were as expected',
    'failed-step': 'name or number of the step that was not',
    'step-times': 'name and duration of each step in ms',
  },
  cost: (given) => (given['steps'] as readonly Step[]).length * (1 + Number(given['follow-redirects'])),
  longestMs: ({ timeout }) => timeout,
  run: probeSteps,
} satisfies Probe<typeof options>;

async function probeSteps(target: ProbeTarget, given: StepsOptions, context: ProbeContext): Promise<ProbeFinding> {
  const attempting = exchanging(target, context, (deadline) => new Run(target, given, context, deadline).attempt());
  const attempts = await runTrain(single, attempting, context);
  return judgeTrain(attempts, single, { thresholds: given, degradedWhen: given['degraded-when'] });
}

class Run {
  readonly #target: ProbeTarget;
  readonly #given: StepsOptions;
  readonly #context: ProbeContext;
  readonly #deadline: Deadline;
  readonly #cookies = new CookieJar();
  readonly #saved = new Map<string, string>();
  readonly #times: string[] = [];

  constructor(target: ProbeTarget, given: StepsOptions, context: ProbeContext, deadline: Deadline) {
    this.#target = target;
    this.#given = given;
    this.#context = context;
    this.#deadline = deadline;
  }

  async attempt(): Promise<Attempt> {
    let last: Attempt = { outcome: 'pass' };
    let degraded: Reason | undefined;
    for (const [index, one] of this.#given.steps.entries()) {
      const title = one.name ?? `step ${index + 1}`;
      const startMs = this.#deadline.elapsedMs();
      const attempt = await this.#step(one);
      this.#times.push(`${title} ${roundMs(this.#deadline.elapsedMs() - startMs)}`);
      const isGood = attempt.outcome === 'pass' || attempt.outcome === 'degraded';
      last = { ...attempt, values: this.#values(attempt, index + (isGood ? 1 : 0), isGood ? undefined : title) };
      if (!isGood) return attempt.reason ? { ...last, reason: prefixed(title, attempt.reason) } : last;
      if (attempt.reason) degraded ??= prefixed(title, attempt.reason);
    }
    const latencyMs = roundMs(this.#deadline.elapsedMs());
    return { ...last, outcome: degraded ? 'degraded' : 'pass', ...(degraded && { reason: degraded }), latencyMs };
  }

  async #step(one: Step): Promise<Attempt> {
    const fill = (text: string, escape: (value: string) => string) =>
      text.replaceAll(placeholder, (_, name: string) => escape(this.#saved.get(name) ?? ''));
    const { path, body, headers } = one;
    const given: HttpOptions = {
      ...this.#given,
      ...one,
      port: this.#given.port ?? (this.#given.secure ? 443 : 80),
      path: fill(path, encodeURIComponent),
      body: body === undefined ? undefined : fill(body, isJson(body) ? insideJson : (value) => value),
      ...single,
    };
    try {
      // The environment first: what a server sent must not name a variable of it.
      const configured = Object.entries(await headersOf({ ...given, headers }));
      const lines = Object.fromEntries(configured.map(([name, text]) => [name, fill(text, onOneLine)]));
      const name = given['server-name'] ?? this.#target.host;
      const first: Location = { ...given, name, address: this.#target.address, secure: this.#given.secure };
      const keepBody = Object.keys(one.save).length > 0;
      const { attempt, reply } = await fetchOnce(
        {
          target: this.#target,
          given,
          headers: lines,
          context: this.#context,
          deadline: this.#deadline,
          cookies: this.#cookies,
          keepBody,
        },
        first,
      );
      const isGood = attempt.outcome === 'pass' || attempt.outcome === 'degraded';
      const problem = isGood && reply ? this.#save(one.save, reply) : undefined;
      return problem ? { ...attempt, outcome: 'fail', reason: problem } : attempt;
    } catch (error) {
      return { outcome: 'unknown', reason: { code: 'secret-unreadable', text: messageOf(error) } };
    }
  }

  #save(rules: Step['save'], reply: HttpReply): Reason | undefined {
    for (const [name, rule] of Object.entries(rules)) {
      const value = found(rule, reply);
      if (value === undefined) {
        return { code: 'step-save', text: `nothing to save as ${name}: ${ruleText(rule)} finds nothing in the reply` };
      }
      if (value.length > maximumSavedCharacters) {
        const text = `${name} would be ${value.length} characters, above ${maximumSavedCharacters}`;
        return { code: 'step-save', text };
      }
      this.#saved.set(name, value);
    }
    return undefined;
  }

  #values(attempt: Attempt, done: number, failed: string | undefined): Record<string, ProbeValue> {
    return {
      ...attempt.values,
      'http-resp-time': roundMs(this.#deadline.elapsedMs()),
      'steps-done': done,
      ...(failed === undefined ? {} : { 'failed-step': failed }),
      'step-times': [...this.#times],
    };
  }
}

function found(rule: Saving, reply: HttpReply): string | undefined {
  if ('header' in rule) {
    const value = reply.headers[rule.header.toLowerCase()];
    return Array.isArray(value) ? value[0] : value;
  }
  if ('matches' in rule) {
    const matcher = RE2JS.compile(rule.matches).matcher(textOf(reply));
    if (!matcher.find()) return undefined;
    return (matcher.groupCount() > 0 ? matcher.group(1) : matcher.group()) ?? undefined;
  }
  try {
    const value: unknown = query(JSON.parse(textOf(reply)), rule['json-path'])[0];
    return value === undefined || typeof value === 'string' ? value : JSON.stringify(value);
  } catch {
    // No JSON, or nested too deeply for any recursive reader.
    return undefined;
  }
}

function ruleText(rule: Saving): string {
  if ('header' in rule) return `the header ${rule.header}`;
  return 'matches' in rule ? rule.matches : rule['json-path'];
}

const prefixed = (title: string, reason: Reason): Reason => ({ ...reason, text: `${title}: ${reason.text}` });
const isJson = (body: string) => /^\s*[{[]/.test(body);
const insideJson = (value: string) => JSON.stringify(value).slice(1, -1);
/** What a server sent may not become a header line of its own. */
const onOneLine = (value: string) => value.replaceAll(/[^\t\u0020-\u007e]/g, '');
