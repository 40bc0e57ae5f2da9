import { isAddress } from '../../../scalars.ts';
import { formatDuration, parseDuration } from '../../../time.ts';
import {
  hostAndPort,
  httpTarget,
  isRecord,
  Keys,
  safeHeaders,
  within,
  type ImportDraft,
} from '../foreign/import-draft.ts';
import { exactly, patternOf, readCondition, type GatusCondition } from './condition.ts';
import type { GatusProvider } from './provider.ts';

const dayMs = 86_400_000;
const rcodes: ReadonlySet<string> = new Set(['NOERROR', 'FORMERR', 'SERVFAIL', 'NXDOMAIN', 'NOTIMP', 'REFUSED']);
/** How a page shows an endpoint. */
const ofThePage = ['ui'];
const noCounterpart = 'no probe can check this';

/** Adds the check of an endpoint. `receivers` are those of each kind of alert. */
export function translateEndpoint(
  endpoint: Keys,
  draft: ImportDraft,
  receivers: ReadonlyMap<string, GatusProvider>,
): void {
  const title = endpoint.text('name') ?? 'unnamed';
  const group = endpoint.text('group');
  const item = `endpoint ${group === undefined ? '' : `${group}/`}${title}`;
  const client = endpoint.keys('client');
  const probe = probeOf(endpoint, client, item, draft);
  if (!probe) return;
  const intervalMs = parseDuration(goDuration(endpoint.text('interval')) ?? '1m') ?? 60_000;
  const timeoutMs = parseDuration(goDuration(client.text('timeout')) ?? '10s') ?? 10_000;
  const labels = {
    ...(group !== undefined && { group: group.slice(0, 200) }),
    ...labelsOf(endpoint.take('extra-labels'), item, draft),
  };
  const conditions = endpoint.list('conditions');
  const judged: Judged = { options: probe.options, type: probe.type, item, draft };
  for (const condition of conditions) translateCondition(String(condition), judged);
  const alerts = endpoint.list('alerts').map((alert) => new Keys(alert));
  const [down, thresholds] = alertsOf(alerts, item, draft, receivers);
  for (const name of ofThePage) endpoint.take(name);
  for (const [key, value] of client.rest()) draft.leave(item, `client.${key}`, value, 'it has no counterpart');
  for (const [key, value] of endpoint.rest()) draft.leave(item, key, value, 'it has no counterpart');
  draft.checks.push({
    name: draft.uniqueName(group === undefined ? title : `${group} ${title}`),
    ...(endpoint.flag('enabled') === false && { disabled: true }),
    interval: formatDuration(within(intervalMs, 10, dayMs)),
    timeout: formatDuration(within(timeoutMs, 1, 60_000)),
    settle: thresholds,
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(down.length > 0 && { down: [{ notify: down }] }),
    type: probe.type,
    ...probe.options,
  });
}

/** Go writes `1m0s` and `1.5h`; ours have whole numbers. */
function goDuration(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  let ms = 0;
  for (const [, number = '0', unit = ''] of text.matchAll(/(\d+(?:\.\d+)?)(ms|[smhd])/g)) {
    ms += Number(number) * ({ ms: 1, s: 1000, m: 60_000, h: 3_600_000, d: dayMs }[unit] ?? 0);
  }
  return ms > 0 ? formatDuration(Math.round(ms)) : undefined;
}

interface TranslatedProbe {
  type: string;
  options: Record<string, unknown>;
}

function probeOf(endpoint: Keys, client: Keys, item: string, draft: ImportDraft): TranslatedProbe | undefined {
  const url = endpoint.text('url') ?? '';
  if (endpoint.has('dns')) return dnsProbe(endpoint.keys('dns'), url, item, draft);
  const target = httpTarget(url);
  if (target) return httpProbe(endpoint, client, target, item, draft);
  const [, scheme = '', rest = ''] = /^([a-z]+):\/\/(.*?)\/?$/.exec(url) ?? [];
  const { host, port } = hostAndPort(rest);
  if (scheme === 'icmp' && host !== '') return { type: 'simple', options: { host } };
  if (scheme === 'tcp' && host !== '' && port !== undefined) return { type: 'tcp-conn', options: { host, port } };
  draft.leave(item, 'url', url, scheme === '' ? 'it is no address' : `there is no probe for ${scheme}://`);
  return undefined;
}

function dnsProbe(dns: Keys, url: string, item: string, draft: ImportDraft): TranslatedProbe | undefined {
  const name = dns.text('query-name');
  const { host: server, port } = hostAndPort(url.replace(/^dns:\/\//, ''));
  if (name === undefined) {
    draft.leave(item, 'dns.query-name', '', 'there is no name to ask for');
    return undefined;
  }
  if (!isAddress(server)) draft.leave(item, 'url', url, 'a name server is given by its address');
  return {
    type: 'dns',
    options: {
      host: name.replace(/\.$/, ''),
      'record-type': dns.text('query-type') ?? 'A',
      ...(isAddress(server) && { 'dns-server': server }),
      ...(port !== undefined && port !== 53 && { port }),
    },
  };
}

function httpProbe(
  endpoint: Keys,
  client: Keys,
  { type, ...target }: NonNullable<ReturnType<typeof httpTarget>>,
  item: string,
  draft: ImportDraft,
): TranslatedProbe {
  const method = endpoint.text('method') ?? 'GET';
  const body = endpoint.text('body');
  const given = endpoint.take('headers');
  const headers = isRecord(given) ? safeHeaders(given, item, draft) : undefined;
  const options: Record<string, unknown> = { ...target };
  if (method !== 'GET') options['method'] = method;
  if (headers) options['headers'] = headers;
  if (endpoint.flag('graphql') === true) {
    // Theirs wraps the text into a question.
    options['body'] = JSON.stringify({ query: body ?? '' });
    options['headers'] = { ...headers, 'content-type': 'application/json' };
    options['method'] = method === 'GET' ? 'POST' : method;
  } else if (body !== undefined) options['body'] = body;
  if (client.flag('ignore-redirect') !== true) options['follow-redirects'] = 10;
  if (client.flag('insecure') !== true && type === 'https-get') options['check-certificate'] = true;
  return { type, options };
}

interface Judged extends TranslatedProbe {
  item: string;
  draft: ImportDraft;
}

function translateCondition(text: string, judged: Judged): void {
  const { item, draft } = judged;
  const condition = readCondition(text);
  const leave = (reason = noCounterpart) => draft.leave(item, 'condition', text, reason);
  if (!condition) leave('it is no condition');
  else if (!translators[condition.placeholder]?.(condition, judged, text)) leave();
}

/** False where there is no counterpart. */
type Translate = (condition: GatusCondition, judged: Judged, text: string) => boolean;

const isHttp = ({ type }: Judged) => type.startsWith('http');

/** The option that bounds the time of an answer, by type. */
const timeOptions: Readonly<Record<string, string>> = {
  'http-get': 'thr-http-time',
  'https-get': 'thr-http-time',
  'tcp-conn': 'thr-tcp-conn-time',
  dns: 'thr-dns-time',
};

const translators: Readonly<Record<string, Translate>> = {
  STATUS(condition, judged) {
    const { options } = judged;
    const codes = codesOf(condition);
    if (!isHttp(judged) || codes === undefined) return false;
    options['http-codes'] = codes;
    return true;
  },
  RESPONSE_TIME({ operator, values: [value = ''] }, judged) {
    const option = timeOptions[judged.type];
    const limitMs = Number(value);
    if (option === undefined || (operator !== '<' && operator !== '<=') || !(limitMs >= 1)) return false;
    judged.options[option] = formatDuration(limitMs);
    return true;
  },
  BODY(condition, judged) {
    if (judged.type === 'dns') return answersOf(condition, judged);
    const rule = isHttp(judged) ? bodyRule(condition) : undefined;
    if (!rule) return false;
    judged.options['match'] = [...((judged.options['match'] as object[] | undefined) ?? []), rule];
    return true;
  },
  CONNECTED: ({ operator, values: [value] }) => operator === '==' && value === 'true',
  CERTIFICATE_EXPIRATION({ operator, values: [value = ''] }, { options, type, item, draft }) {
    const leastMs = parseDuration(goDuration(value) ?? '');
    if (type !== 'https-get' || (operator !== '>' && operator !== '>=') || leastMs === undefined) return false;
    options['thr-certificate-days'] = Math.ceil(leastMs / dayMs);
    draft.note(`${item}: a certificate that ends soon makes the check degraded, not down`);
    return true;
  },
  DNS_RCODE({ operator, values }, { options, type }) {
    if (type !== 'dns' || operator !== '==' || !values.every((value) => rcodes.has(value))) return false;
    options['rcodes'] = values;
    return true;
  },
};

function codesOf({ operator, values, isPattern }: GatusCondition): string | undefined {
  const [code = Number.NaN] = values.map(Number);
  const isCode = (value: number) => Number.isInteger(value) && value >= 100 && value <= 599;
  if (isPattern || !values.every((value) => isCode(Number(value)))) return undefined;
  const range = (from: number, to: number) => (from > to ? undefined : from === to ? `${from}` : `${from}-${to}`);
  switch (operator) {
    case '==':
      return values.join(',');
    case '<':
      return range(100, code - 1);
    case '<=':
      return range(100, code);
    case '>':
      return range(code + 1, 599);
    case '>=':
      return range(code, 599);
    default:
      return undefined;
  }
}

function bodyRule({ path, wrapper, operator, values, isPattern }: GatusCondition): object | undefined {
  const [value = ''] = values;
  if (values.length !== 1 || wrapper === 'len') return undefined;
  const selected = `$${path}`;
  if (wrapper === 'has') {
    if (path === '' || operator !== '==' || value !== 'true') return undefined;
    return { 'json-path': selected };
  }
  if (path !== '') {
    return operator === '==' && !isPattern ? { 'json-path': selected, equals: jsonValue(value) } : undefined;
  }
  if (isPattern) {
    const inner = /^\*([^*]+)\*$/.exec(value)?.[1];
    if (inner !== undefined) return operator === '!=' ? { 'not-contains': inner } : { contains: inner };
    return operator === '!=' ? { 'not-matches': patternOf(value) } : { matches: patternOf(value) };
  }
  if (value === '') return undefined;
  return operator === '==' ? { matches: exactly(value) } : undefined;
}

function answersOf({ path, wrapper, operator, values, isPattern }: GatusCondition, { options }: Judged): boolean {
  const [value = ''] = values;
  if (path !== '' || wrapper !== undefined || operator !== '==' || values.length !== 1) return false;
  options['expect'] = [isPattern ? { matches: patternOf(value) } : { contains: value }];
  return true;
}

function jsonValue(text: string): unknown {
  if (/^-?\d+(\.\d+)?$/.test(text)) return Number(text);
  return text === 'true' || text === 'false' ? text === 'true' : text;
}

function alertsOf(
  alerts: readonly Keys[],
  item: string,
  draft: ImportDraft,
  receivers: ReadonlyMap<string, GatusProvider>,
): [down: string[], settle: { down: string; up: string }] {
  const down: string[] = [];
  let failures = 3;
  let successes = 2;
  for (const alert of alerts) {
    const type = alert.text('type') ?? '';
    if (alert.flag('enabled') === false) continue;
    const provider = receivers.get(type);
    if (provider === undefined) draft.leave(item, 'alert', type, 'its provider was not translated');
    else if (!down.includes(provider.receiver)) down.push(provider.receiver);
    failures = provider?.failures ?? failures;
    successes = provider?.successes ?? successes;
    failures = within(alert.number('failure-threshold') ?? failures, 1, 20);
    successes = within(alert.number('success-threshold') ?? successes, 1, 20);
    if (alert.flag('send-on-resolved') !== true) {
      draft.note(`${item}: whoever is told the beginning is told the end too, also where send-on-resolved is off`);
    }
    const description = alert.text('description');
    if (description !== undefined)
      draft.leave(item, 'alert.description', description, 'messages have texts of their own');
    for (const [key, value] of alert.rest()) draft.leave(item, `alert.${key}`, value, 'it has no counterpart');
  }
  return [down, { down: `${failures}/${failures}`, up: `${successes}/${successes}` }];
}

function labelsOf(given: unknown, item: string, draft: ImportDraft): Record<string, string> {
  if (!isRecord(given)) return {};
  return Object.fromEntries(
    Object.entries(given).filter(([key, value]) => {
      const isFit = /^[A-Za-z_][A-Za-z0-9_.-]{0,62}$/.test(key) && typeof value === 'string' && value.length <= 200;
      if (!isFit) draft.leave(item, `extra-labels.${key}`, value, 'it is no label');
      return isFit;
    }),
  ) as Record<string, string>;
}
