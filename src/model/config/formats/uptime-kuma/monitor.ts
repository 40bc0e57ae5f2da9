import { isAddress } from '../../../scalars.ts';
import { httpTarget, safeHeaders, seconds, isRecord, type ImportDraft, type Keys } from '../foreign/import-draft.ts';

interface MonitorContext {
  receivers: readonly string[];
  tags: readonly (readonly [name: string, value: string])[];
  groups: ReadonlyMap<string, string>;
}

/** Columns that say how the page shows a monitor, or what follows from others. */
const ofThePage = (
  'id user_id created_date weight path_name children_ids force_inactive dns_last_result include_sensitive_data ' +
  'screenshot ping_numeric docker_container docker_host http_body_encoding'
).split(' ');

/** What the types that have no counterpart watch. */
const elsewhere = 'there is no probe of this type';

/** The name of the check; undefined where the monitor has no counterpart, which is then listed. */
export function translateMonitor(monitor: Keys, draft: ImportDraft, context: MonitorContext): string | undefined {
  const type = monitor.text('type') ?? '';
  const title = monitor.text('name') ?? 'unnamed';
  const item = `monitor ${title}`;
  if (type === 'group') {
    draft.note(`group ${title} became the label group of its members; it has no verdict of its own`);
    return undefined;
  }
  const check = common(monitor, title, draft, context);
  const special = probes[type]?.(monitor, item, draft);
  if (!special) {
    if (!probes[type]) draft.leave(item, 'type', type, elsewhere);
    return undefined;
  }
  for (const name of ofThePage) monitor.take(name);
  // Each type leaves the columns of the others at what they are by default.
  for (const [name, value] of unusedDefaults) if (same(monitor.peek(name), value)) monitor.take(name);
  for (const [name, value] of monitor.rest()) draft.leave(item, name, value, 'it has no counterpart');
  const name = draft.uniqueName(title);
  draft.checks.push({ name, ...check, ...special });
  return name;
}

/** Columns with their defaults: what a monitor of another type has there says nothing. */
const unusedDefaults: readonly (readonly [string, unknown])[] = [
  ['accepted_statuscodes_json', '["200-299"]'],
  ['accepted_statuscodes_json', ['200-299']],
  ['method', 'GET'],
  ['maxredirects', 10],
  ['dns_resolve_type', 'A'],
  ['dns_resolve_server', '1.1.1.1'],
  ['packet_size', 56],
  ['ping_count', 1],
  ['ping_per_request_timeout', 2],
  ['mqtt_check_type', 'keyword'],
  ['kafka_producer_sasl_options', '{"mechanism":"None"}'],
  ['json_path_operator', '=='],
  ['snmp_version', '2c'],
  ['gamedig_given_port_only', 1],
  ['url', 'https://'],
];

const same = (value: unknown, other: unknown) => value === undefined || JSON.stringify(value) === JSON.stringify(other);

function common(monitor: Keys, title: string, draft: ImportDraft, { receivers, tags, groups }: MonitorContext) {
  const item = `monitor ${title}`;
  const intervalSeconds = monitor.number('interval') ?? 60;
  const retries = Math.min(20, Math.max(0, Math.trunc(monitor.number('maxretries') ?? 0)));
  const retrySeconds = monitor.number('retry_interval');
  const timeoutSeconds = monitor.number('timeout') ?? 48;
  const resend = monitor.number('resend_interval') ?? 0;
  if (resend > 0)
    draft.leave(item, 'resend_interval', resend, 'repeated messages are a matter of routes: repeat-interval');
  if (monitor.flag('upside_down') === true) {
    draft.leave(
      item,
      'upside_down',
      true,
      'a check that should fail has no counterpart: this one is up when it answers',
    );
  }
  if (timeoutSeconds > 60) draft.note(`${item}: its timeout of ${timeoutSeconds} s became 1m, the longest`);
  const comment = monitor.text('description');
  const parent = monitor.text('parent');
  const labels: Record<string, string> = {};
  const group = parent === undefined ? undefined : groups.get(parent);
  if (group !== undefined) labels['group'] = group.slice(0, 200);
  for (const [name, value] of tags) {
    const label = name
      .replaceAll(/[^A-Za-z0-9_.-]/g, '-')
      .replace(/^[^A-Za-z_]+/, '')
      .slice(0, 63);
    if (label === '') draft.leave(item, 'tag', name, 'a label begins with a letter');
    else labels[label] = (value || 'true').slice(0, 200);
  }
  return {
    ...(comment !== undefined && { comment: comment.slice(0, 1000) }),
    ...(monitor.flag('active') === false && { disabled: true }),
    interval: seconds(Math.min(86_400, Math.max(1, intervalSeconds))),
    ...(retries > 0 && retrySeconds !== undefined && { 'retry-interval': seconds(Math.max(1, retrySeconds)) }),
    timeout: seconds(Math.min(60, Math.max(0.1, timeoutSeconds))),
    // One failure more than there are retries makes it down; one good answer makes it up.
    settle: { down: `${retries + 1}/${retries + 1}`, up: '1/1' },
    ...(Object.keys(labels).length > 0 && { labels }),
    ...(receivers.length > 0 && { down: [{ notify: [...receivers] }] }),
  };
}

type Probe = (monitor: Keys, item: string, draft: ImportDraft) => Record<string, unknown> | undefined;

const probes: Readonly<Record<string, Probe>> = {
  http: (monitor, item, draft) => http(monitor, item, draft),
  keyword(monitor, item, draft) {
    const keyword = monitor.text('keyword');
    const inverted = monitor.flag('invert_keyword') === true;
    return keyword === undefined
      ? http(monitor, item, draft)
      : http(monitor, item, draft, [inverted ? { 'not-contains': keyword } : { contains: keyword }]);
  },
  'json-query'(monitor, item, draft) {
    const path = monitor.text('json_path') ?? '$';
    const wanted = monitor.text('expected_value');
    const operator = monitor.text('json_path_operator') ?? '==';
    const translated = jsonPathOf(path);
    if (translated === undefined || operator !== '==') {
      draft.leave(
        item,
        'json_path',
        `${path} ${operator} ${wanted ?? ''}`,
        'only a plain path that equals a value is understood',
      );
      return http(monitor, item, draft);
    }
    return http(monitor, item, draft, [
      { 'json-path': translated, ...(wanted !== undefined && { equals: jsonValue(wanted) }) },
    ]);
  },
  port(monitor, item, draft) {
    const host = monitor.text('hostname');
    const port = monitor.number('port');
    if (host === undefined || port === undefined) return missing(draft, item, 'hostname and port');
    return { type: 'tcp-conn', host, port };
  },
  ping(monitor, item, draft) {
    const host = monitor.text('hostname');
    if (host === undefined) return missing(draft, item, 'hostname');
    const packets = monitor.number('ping_count') ?? 1;
    const payload = monitor.number('packet_size') ?? 56;
    if (packets <= 1 && payload === 56) return { type: 'simple', host };
    // Theirs is the payload; ours is the whole packet, 20 bytes of IP and 8 of ICMP more.
    return {
      type: 'icmp',
      host,
      'packet-count': Math.min(1000, packets),
      'packet-size': Math.min(65_535, payload + 28),
    };
  },
  dns(monitor, item, draft) {
    const host = monitor.text('hostname');
    if (host === undefined) return missing(draft, item, 'hostname');
    const servers = (monitor.text('dns_resolve_server') ?? '').split(',').map((one) => one.trim());
    const [server = ''] = servers;
    const port = monitor.number('port');
    if (servers.length > 1) draft.leave(item, 'dns_resolve_server', servers.slice(1).join(', '), 'one server is asked');
    const conditions = monitor.text('conditions');
    if (conditions !== undefined && conditions !== '[]') {
      draft.leave(item, 'conditions', conditions, 'what the answers must be is the key expect, to be written by hand');
    }
    if (server !== '' && !isAddress(server)) {
      draft.leave(item, 'dns_resolve_server', server, 'a name server is given by its address');
    }
    return {
      type: 'dns',
      host,
      'record-type': monitor.text('dns_resolve_type') ?? 'A',
      ...(isAddress(server) && { 'dns-server': server }),
      ...(port !== undefined && port !== 53 && { port }),
    };
  },
};

function missing(draft: ImportDraft, item: string, what: string): undefined {
  draft.leave(item, what, '', `it has no ${what}`);
  return undefined;
}

function http(
  monitor: Keys,
  item: string,
  draft: ImportDraft,
  match: object[] = [],
): Record<string, unknown> | undefined {
  const url = monitor.text('url') ?? '';
  const target = httpTarget(url);
  if (!target) {
    draft.leave(item, 'url', url, 'expected an http or https address');
    return undefined;
  }
  const method = monitor.text('method') ?? 'GET';
  const redirects = monitor.number('maxredirects') ?? 10;
  const codes = codesOf(monitor.take('accepted_statuscodes_json'), item, draft);
  const isSecure = target.type === 'https-get';
  const ignoresCertificate = monitor.flag('ignore_tls') === true;
  const tellsExpiry = monitor.flag('expiry_notification') === true;
  const headers = headersOf(monitor.text('headers'), item, draft);
  const body = monitor.text('body');
  return {
    ...target,
    ...(method !== 'GET' && { method }),
    ...(headers && { headers }),
    ...(body !== undefined && { body }),
    ...credentials(monitor, item, draft),
    'http-codes': codes,
    'follow-redirects': Math.min(20, Math.max(0, redirects)),
    ...(isSecure && !ignoresCertificate && { 'check-certificate': true }),
    // It tells 21, 14 and 7 days before.
    ...(isSecure && tellsExpiry && { 'thr-certificate-days': 21 }),
    ...(match.length > 0 && { match }),
  };
}

function credentials(monitor: Keys, item: string, draft: ImportDraft): Record<string, unknown> {
  const method = monitor.text('auth_method');
  const user = monitor.text('basic_auth_user');
  const password = monitor.text('basic_auth_pass');
  if (method !== undefined && method !== 'basic' && method !== 'null') {
    draft.leave(item, 'auth_method', method, 'only basic authentication is known');
    return {};
  }
  if (user === undefined) return {};
  return { user, ...(password !== undefined && { 'password-file': draft.secretFile(item, 'password') }) };
}

/** `["200-299","301"]`, as a list or as its JSON. */
function codesOf(given: unknown, item: string, draft: ImportDraft): string {
  const list: unknown = typeof given === 'string' ? jsonValue(given) : given;
  if (!Array.isArray(list) || list.length === 0) return '200-299';
  const codes = list.map(String).filter((code) => {
    if (/^[1-5]\d\d(-[1-5]\d\d)?$/.test(code)) return true;
    draft.leave(item, 'accepted_statuscodes', code, 'expected codes such as 200-299');
    return false;
  });
  return codes.length > 0 ? codes.join(',') : '200-299';
}

function headersOf(text: string | undefined, item: string, draft: ImportDraft): Record<string, string> | undefined {
  if (text === undefined) return undefined;
  const given = jsonValue(text);
  if (isRecord(given)) return safeHeaders(given, item, draft);
  draft.leave(item, 'headers', '', 'expected a JSON object');
  return undefined;
}

function jsonValue(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** Names and places one below the other, of which JSONata and JSONPath say the same; undefined for more. */
function jsonPathOf(path: string): string | undefined {
  const plain = path.replace(/^\$\.?/, '');
  if (plain === '') return '$';
  if (!/^[A-Za-z_]\w*(\.[A-Za-z_]\w*|\[\d+\])*$/.test(plain)) return undefined;
  return `$.${plain}`;
}
