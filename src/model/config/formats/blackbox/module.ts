import { isAddress } from '../../../scalars.ts';
import { formatDuration, parseDuration } from '../../../time.ts';
import {
  hostAndPort,
  httpTarget,
  isRecord,
  patternFor,
  safeHeaders,
  within,
  type ImportDraft,
  type Keys,
} from '../foreign/import-draft.ts';

/** What one target makes of a module; undefined where it cannot, which is listed by then. */
export type ModuleTranslation = (target: string, item: string) => Record<string, unknown> | undefined;

/** A module of blackbox_exporter, ready for targets. What has no counterpart is listed once, with the module. */
export function translateModule(name: string, module: Keys, draft: ImportDraft): ModuleTranslation | undefined {
  const item = `module ${name}`;
  const prober = module.text('prober') ?? '';
  const timeout = module.text('timeout');
  const make = probers[prober];
  if (!make) {
    draft.leave(item, 'prober', prober, 'there is no probe of this kind');
    return undefined;
  }
  const settings = module.keys(prober);
  const translate = make(settings, item, draft);
  for (const other of Object.keys(probers)) if (other !== prober) module.take(other);
  for (const [key, value] of settings.rest()) draft.leave(item, `${prober}.${key}`, value, 'it has no counterpart');
  for (const [key, value] of module.rest()) draft.leave(item, key, value, 'it has no counterpart');
  const timeoutMs = parseDuration(timeout ?? '');
  return (target, from) => {
    const found = translate(target, from);
    return (
      found && { ...(timeoutMs !== undefined && { timeout: formatDuration(within(timeoutMs, 1, 60_000)) }), ...found }
    );
  };
}

type Prober = (settings: Keys, item: string, draft: ImportDraft) => ModuleTranslation;

/** `ip4` and `ip6` with or without falling back to the other. */
function familyOf(settings: Keys): Record<string, unknown> {
  const preferred = settings.text('preferred_ip_protocol');
  const fallsBack = settings.flag('ip_protocol_fallback');
  if (preferred !== 'ip4' && preferred !== 'ip6') return {};
  return fallsBack === false ? { 'address-family': preferred === 'ip4' ? 'ipv4' : 'ipv6' } : {};
}

function sourceOf(settings: Keys): Record<string, unknown> {
  const source = settings.text('source_ip_address');
  return source !== undefined && isAddress(source) ? { 'src-address': source } : {};
}

const probers: Readonly<Record<string, Prober>> = {
  http(settings, item, draft) {
    const method = settings.text('method') ?? 'GET';
    const codes = settings.list('valid_status_codes').map(Number);
    const body = settings.text('body');
    const given = settings.take('headers');
    const headers = isRecord(given) ? safeHeaders(given, item, draft) : undefined;
    const follows = settings.flag('follow_redirects') !== false && settings.flag('no_follow_redirects') !== true;
    const tls = settings.keys('tls_config');
    const ignoresCertificate = tls.flag('insecure_skip_verify') === true;
    const authority = tls.text('ca_file');
    for (const [key, value] of tls.rest()) draft.leave(item, `http.tls_config.${key}`, value, 'it has no counterpart');
    const login = settings.keys('basic_auth');
    const user = login.text('username');
    const passwordFile = login.text('password_file');
    const hasPassword = login.take('password') !== undefined;
    const match = [
      ...rulesOf(settings, 'fail_if_body_matches_regexp', 'not-matches', item, draft),
      ...rulesOf(settings, 'fail_if_body_not_matches_regexp', 'matches', item, draft),
    ];
    if (settings.flag('fail_if_not_ssl') === true) draft.note(`${item}: fail_if_not_ssl is what https:// targets are`);
    const family = familyOf(settings);
    return (target, from) => {
      const address = httpTarget(/^https?:\/\//.test(target) ? target : `http://${target}`);
      if (!address) {
        draft.leave(from, 'target', target, 'expected an http or https address');
        return undefined;
      }
      const isSecure = address.type === 'https-get';
      return {
        ...family,
        ...address,
        ...(method !== 'GET' && { method }),
        // Theirs is any code from 200 to 299.
        'http-codes': codes.length > 0 ? codes.join(',') : '200-299',
        'follow-redirects': follows ? 10 : 0,
        ...(headers && { headers }),
        ...(body !== undefined && { body }),
        ...(isSecure && !ignoresCertificate && { 'check-certificate': true }),
        ...(isSecure && authority !== undefined && { certificate: authority }),
        ...(user !== undefined && { user }),
        ...(user !== undefined &&
          (passwordFile !== undefined || hasPassword) && {
            'password-file': passwordFile ?? draft.secretFile(item, 'password'),
          }),
        ...(match.length > 0 && { match }),
      };
    };
  },
  tcp(settings, item, draft) {
    if (settings.flag('tls') === true) draft.leave(item, 'tcp.tls', true, 'only the connection is checked');
    settings.take('tls_config');
    const more = { ...familyOf(settings), ...sourceOf(settings) };
    return (target, from) => {
      const { host, port } = hostAndPort(target);
      if (port !== undefined && host !== '') return { ...more, type: 'tcp-conn', host, port };
      draft.leave(from, 'target', target, 'expected host:port');
      return undefined;
    };
  },
  icmp(settings) {
    const payload = settings.number('payload_size');
    const ttl = settings.number('ttl');
    const mayFragment = settings.flag('dont_fragment') !== true;
    const more = { ...familyOf(settings), ...sourceOf(settings) };
    return (target) => {
      const host = hostAndPort(target).host;
      if (payload === undefined && ttl === undefined) return { ...more, type: 'simple', host };
      return {
        ...more,
        type: 'icmp',
        host,
        'packet-count': 1,
        ...(payload !== undefined && { 'packet-size': within(payload + 28, 28, 65_535) }),
        ...(ttl !== undefined && { ttl: within(ttl, 1, 255) }),
        ...(mayFragment && { 'dont-fragment': false }),
      };
    };
  },
  dns(settings, item, draft) {
    const name = settings.text('query_name') ?? '';
    const type = settings.text('query_type') ?? 'ANY';
    const rcodes = settings.list('valid_rcodes').map(String);
    const protocol = settings.text('transport_protocol') ?? 'udp';
    if (protocol !== 'udp')
      draft.leave(
        item,
        'dns.transport_protocol',
        protocol,
        'questions go over UDP, and over TCP when an answer is cut',
      );
    if (type === 'ANY') draft.note(`${item}: questions for ANY are refused by many servers; A is asked for instead`);
    const answers = settings.keys('validate_answer_rrs');
    const failing = [...answers.list('fail_if_not_matches_regexp'), ...answers.list('fail_if_none_matches_regexp')];
    for (const pattern of failing)
      draft.leave(item, 'dns.validate_answer_rrs', pattern, 'theirs looks at whole records; write expect by hand');
    for (const [key, value] of answers.rest())
      draft.leave(item, `dns.validate_answer_rrs.${key}`, value, 'it has no counterpart');
    const more = { ...familyOf(settings), ...sourceOf(settings) };
    return (target, from) => {
      const { host: server, port } = hostAndPort(target);
      if (name === '') {
        draft.leave(from, 'query_name', '', 'the module asks for no name');
        return undefined;
      }
      if (!isAddress(server)) draft.leave(from, 'target', target, 'a name server is given by its address');
      return {
        ...more,
        type: 'dns',
        host: name.replace(/\.$/, ''),
        'record-type': type === 'ANY' ? 'A' : type,
        ...(isAddress(server) && { 'dns-server': server }),
        ...(port !== undefined && port !== 53 && { port }),
        ...(rcodes.length > 0 && { rcodes }),
      };
    };
  },
};

function rulesOf(
  settings: Keys,
  key: string,
  rule: 'matches' | 'not-matches',
  item: string,
  draft: ImportDraft,
): object[] {
  return settings.list(key).flatMap((given) => {
    const pattern = patternFor(String(given));
    if (pattern !== undefined) return [{ [rule]: pattern }];
    draft.leave(item, `http.${key}`, given, 'the pattern is none of RE2');
    return [];
  });
}
