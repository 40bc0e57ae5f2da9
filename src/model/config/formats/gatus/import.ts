import { parse } from 'yaml';
import { formatDuration, parseDuration } from '../../../time.ts';
import { ImportDraft, isRecord, Keys, type ForeignImport } from '../foreign/import-draft.ts';
import { translateEndpoint } from './endpoint.ts';
import { translateProvider, type GatusProvider } from './provider.ts';

/** What has its own place here, or none: how Gatus runs, shows and stores. */
const ofTheProgram = ['web', 'ui', 'storage', 'metrics', 'debug', 'skip-invalid-config-update', 'concurrency'];
const elsewhere: Readonly<Record<string, string>> = {
  security: 'people sign in with users of their own: see `quorumwatch user`',
  remote: 'other watchers are members of a cluster: see `quorumwatch init`',
  connectivity: 'a watcher that is cut off says unknown by itself',
  'external-endpoints': 'nothing reports results from outside',
  suites: 'steps that share values are checks of type http-steps, to be written by hand',
  tunneling: 'checks go straight to their hosts',
  announcements: 'these are incidents and maintenance of the status page',
  'disable-monitoring-lock': 'checks run beside one another',
};

/** Translates Gatus' YAML. Throws a SyntaxError for what is no such file. */
export function importGatus(text: string): ForeignImport {
  // Merges and anchors as Go's reader has them; aliases are bounded by the library.
  const document: unknown = parse(text, { merge: true, maxAliasCount: 1000 });
  if (!isRecord(document)) throw new SyntaxError('expected a map with endpoints');
  const draft = new ImportDraft();
  const root = new Keys(document);
  const alerting = root.keys('alerting');
  const receivers = new Map<string, GatusProvider>();
  for (const [type, provider] of alerting.rest()) translateProvider(type, new Keys(provider), draft, receivers);
  const endpoints = [...root.list('endpoints'), ...root.list('services')];
  for (const endpoint of endpoints) translateEndpoint(new Keys(endpoint), draft, receivers);
  const maintenance = root.keys('maintenance');
  const window = windowOf(maintenance, draft);
  if (window) draft.config['maintenance'] = [window];
  for (const key of ofTheProgram) root.take(key);
  for (const [key, value] of root.rest()) draft.leave('file', key, value, elsewhere[key] ?? 'it has no counterpart');
  return draft.finish('Gatus');
}

const allDays = ['monday', 'tuesday', 'wednesday', 'thursday', 'friday', 'saturday', 'sunday'];

function windowOf(maintenance: Keys, draft: ImportDraft): Record<string, unknown> | undefined {
  const start = maintenance.text('start');
  const length = maintenance.text('duration');
  if (maintenance.flag('enabled') === false || (start === undefined && length === undefined)) return undefined;
  const zone = maintenance.text('timezone');
  const every = maintenance.list('every').map((day) => String(day).toLowerCase());
  const days = (every.length > 0 ? every : allDays)
    .filter((day) => allDays.includes(day))
    .map((day) => day.slice(0, 3));
  const lengthMs = parseDuration((length ?? '').replaceAll(/(\d)([smh])0+[smh]/g, '$1$2'));
  if (start === undefined || lengthMs === undefined || !/^([01]\d|2[0-3]):[0-5]\d$/.test(start) || days.length === 0) {
    draft.leave('maintenance', 'start', `${start ?? ''} for ${length ?? ''}`, 'expected a time of day and a duration');
    return undefined;
  }
  return {
    name: 'maintenance',
    weekly: { days, at: start, for: formatDuration(lengthMs) },
    ...(zone !== undefined && { 'time-zone': zone }),
  };
}
