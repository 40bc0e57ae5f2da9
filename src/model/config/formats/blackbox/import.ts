import { parse } from 'yaml';
import { formatDuration, parseDuration } from '../../../time.ts';
import { ImportDraft, isRecord, Keys, within, type ForeignImport } from '../foreign/import-draft.ts';
import { translateModule, type ModuleTranslation } from './module.ts';

export interface BlackboxSources {
  /** `blackbox.yml` */
  modules: string;
  /** `prometheus.yml`, which names the targets. */
  prometheus?: string;
  /** Target files by the patterns that the scrape configuration has: their texts, YAML or JSON. */
  targetFiles?: ReadonlyMap<string, readonly string[]>;
}

/** Translates modules of blackbox_exporter with the targets that Prometheus probes by them. Throws a SyntaxError for what is no such file. */
export function importBlackbox({ modules, prometheus, targetFiles }: BlackboxSources): ForeignImport {
  const draft = new ImportDraft();
  const file = parse(modules, { merge: true, maxAliasCount: 1000 }) as unknown;
  if (!isRecord(file) || !isRecord(file['modules'])) throw new SyntaxError('expected a map with modules');
  const translations = new Map<string, ModuleTranslation>();
  for (const [name, module] of Object.entries(file['modules'])) {
    const translation = translateModule(name, new Keys(module), draft);
    if (translation) translations.set(name, translation);
  }
  const used = new Set<string>();
  if (prometheus !== undefined) {
    const root = parse(prometheus, { merge: true, maxAliasCount: 1000 }) as unknown;
    if (!isRecord(root)) throw new SyntaxError('expected a map with scrape_configs');
    const keys = new Keys(root);
    const usual = keys.keys('global').text('scrape_interval') ?? '1m';
    for (const job of keys.list('scrape_configs')) {
      translateJob(new Keys(job), { draft, translations, used, usual, targetFiles: targetFiles ?? new Map() });
    }
  }
  for (const name of translations.keys()) {
    if (used.has(name)) continue;
    draft.leave(`module ${name}`, 'targets', '', 'no job probes anything by it; give prometheus.yml with --prometheus');
  }
  return draft.finish('blackbox_exporter');
}

/** The patterns of target files that a scrape configuration names; whoever has them reads the files. */
export function targetPatterns(prometheus: string): string[] {
  const jobs = new Keys(parse(prometheus, { merge: true, maxAliasCount: 1000 })).list('scrape_configs');
  return jobs
    .flatMap((job) => new Keys(job).list('file_sd_configs'))
    .flatMap((discovery) => new Keys(discovery).list('files').map(String));
}

interface JobContext {
  draft: ImportDraft;
  translations: ReadonlyMap<string, ModuleTranslation>;
  used: Set<string>;
  usual: string;
  targetFiles: ReadonlyMap<string, readonly string[]>;
}

/** How jobs for blackbox_exporter move the target to where it is expected: this is known, and means nothing more. */
const usualRelabelling = new Set(['__param_target', 'instance', '__address__']);
const otherDiscovery = /_sd_configs$/;

function translateJob(job: Keys, context: JobContext): void {
  const { draft, translations, used, usual, targetFiles } = context;
  const name = job.text('job_name') ?? 'unnamed';
  const item = `job ${name}`;
  const params = job.keys('params');
  const [module] = params.list('module').map(String);
  // Other jobs scrape figures, and probe nothing.
  if (job.text('metrics_path') !== '/probe' && module === undefined) return;
  const translate = translations.get(module ?? 'http_2xx');
  used.add(module ?? 'http_2xx');
  if (!translate) {
    draft.leave(item, 'params.module', module ?? 'http_2xx', 'its module was not translated');
    return;
  }
  const intervalMs = parseDuration(job.text('scrape_interval') ?? usual) ?? 60_000;
  const groups = [...job.list('static_configs')];
  for (const discovery of job.list('file_sd_configs')) {
    const keys = new Keys(discovery);
    keys.take('refresh_interval');
    for (const pattern of keys.list('files').map(String)) {
      const texts = targetFiles.get(pattern);
      if (!texts) draft.leave(item, 'file_sd_configs', pattern, 'the file was not found beside prometheus.yml');
      for (const text of texts ?? []) groups.push(...groupsIn(text, item, draft));
    }
  }
  for (const rule of job.list('relabel_configs')) {
    const keys = new Keys(rule);
    const target = keys.text('target_label') ?? '';
    const isUsual = usualRelabelling.has(target) && !keys.has('action') && !keys.has('regex');
    if (!isUsual)
      draft.leave(item, 'relabel_configs', rule, 'rules are not applied: look whether targets lack a label');
  }
  for (const key of ['metrics_path', 'scheme', 'scrape_timeout', 'metric_relabel_configs']) job.take(key);
  for (const group of groups) {
    const keys = new Keys(group);
    const labels = labelsOf(keys.take('labels'), item, draft);
    for (const target of keys.list('targets').map(String)) {
      const found = translate(target, `${item}, target ${target}`);
      if (!found) continue;
      draft.checks.push({
        name: draft.uniqueName(`${name} ${target}`),
        interval: formatDuration(within(intervalMs, 10, 86_400_000)),
        // Every scrape stands for itself there.
        settle: { down: '1/1', up: '1/1' },
        labels: { job: name.slice(0, 200), ...labels },
        ...found,
      });
    }
  }
  for (const [key, value] of job.rest()) {
    draft.leave(
      item,
      key,
      value,
      otherDiscovery.test(key) ? 'targets are named in files only' : 'it has no counterpart',
    );
  }
}

function groupsIn(text: string, item: string, draft: ImportDraft): unknown[] {
  try {
    const found = parse(text, { maxAliasCount: 1000 }) as unknown;
    if (Array.isArray(found)) return found;
  } catch {
    // It is listed below, whatever is wrong with it.
  }
  draft.leave(item, 'file_sd_configs', text.slice(0, 80), 'expected a list of targets with labels');
  return [];
}

function labelsOf(given: unknown, item: string, draft: ImportDraft): Record<string, string> {
  if (!isRecord(given)) return {};
  return Object.fromEntries(
    Object.entries(given).flatMap(([key, value]) => {
      const text = String(value);
      if (/^[A-Za-z_][A-Za-z0-9_.-]{0,62}$/.test(key) && text.length <= 200) return [[key, text] as const];
      draft.leave(item, `labels.${key}`, value, 'it is no label');
      return [];
    }),
  );
}
