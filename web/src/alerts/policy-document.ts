import type { ChartQuery, ConditionKind, Severity } from '../../../src/model/index.ts';

/**
 * A policy as it is written, durations as text and without defaults. The watcher judges it with all rules; here only what a
 * form would stumble over makes it unreadable, and it is edited as text then.
 */
export interface PolicyDocument {
  name: string;
  comment?: string;
  disabled?: boolean;
  severity?: Severity;
  labels?: Readonly<Record<string, string>>;
  conditions: readonly ConditionDocument[];
  combiner?: 'OR' | 'AND' | 'AND_WITH_MATCHING_RESOURCE';
  'incident-per'?: 'resource' | 'policy';
  interval?: string;
  'auto-close'?: string;
  renotify?: string;
  notify?: readonly string[];
  'depends-on'?: readonly string[];
  documentation?: { subject?: string; content?: string; runbook?: string };
}

/** What of a series a condition looks at. */
export type SeriesDocument = Pick<ChartQuery, 'metric' | 'aggregate'> & {
  where?: ChartQuery['where'];
  'group-by'?: readonly string[];
};

/** The fields of every kind; each has some of them. */
export interface ConditionFields extends Partial<SeriesDocument> {
  of?: SeriesDocument;
  to?: SeriesDocument;
  window?: string;
  /** The value is the share of samples that took so long. */
  'slower-than'?: string;
  after?: string;
  within?: string;
  /** A text while it is not a number yet. */
  above?: number | string;
  below?: number | string;
  checks?: readonly string[];
  select?: string;
  is?: string | readonly string[];
}

export type ConditionDocument = { [Kind in ConditionKind]?: ConditionFields } & {
  name?: string;
  for?: string;
  trigger?: { count?: number | string; percent?: number | string };
  'missing-data'?: 'INACTIVE' | 'ACTIVE' | 'NO_OP';
};

/** As `conditionKinds` of the model: the page takes types from it, no values. */
export const kinds = [
  'threshold',
  'ratio',
  'absent',
  'rate-of-change',
  'forecast',
  'verdict',
  'quorum',
] as const satisfies readonly ConditionKind[];

export const severities = ['warning', 'error', 'critical'] as const satisfies readonly Severity[];

export function kindOf(condition: ConditionDocument): ConditionKind {
  return kinds.find((kind) => condition[kind] !== undefined) ?? 'threshold';
}

type Fields = Readonly<Record<string, unknown>>;

const isFields = (value: unknown): value is Fields =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
const isText = (value: unknown) => typeof value === 'string';
const isTexts = (value: unknown) => Array.isArray(value) && value.every(isText);
const isNumber = (value: unknown) => typeof value === 'number';
const isCondition = (value: unknown) =>
  isText(value) ||
  isTexts(value) ||
  (isFields(value) && Object.values(value).every((one) => isText(one) || isTexts(one)));
const isWhere = (value: unknown) => isFields(value) && Object.values(value).every(isCondition);

/** Whether each key that is there has a value that fits; keys that are not named here are left as they are. */
function fits(fields: Fields, shapes: Readonly<Record<string, (value: unknown) => boolean>>): boolean {
  return Object.entries(shapes).every(([key, fitting]) => fields[key] === undefined || fitting(fields[key]));
}

const series = { metric: isText, aggregate: isText, where: isWhere, 'group-by': isTexts };
const isSeries = (value: unknown) => isFields(value) && isText(value['metric']) && fits(value, series);
const isSpecification = (value: unknown) =>
  isFields(value) &&
  fits(value, {
    ...series,
    of: isSeries,
    to: isSeries,
    window: isText,
    after: isText,
    within: isText,
    above: isNumber,
    below: isNumber,
    checks: isTexts,
    select: isText,
    is: (given) => isText(given) || isTexts(given),
  });
const isOneCondition = (value: unknown) =>
  isFields(value) &&
  kinds.filter((kind) => value[kind] !== undefined).length === 1 &&
  fits(value, {
    ...Object.fromEntries(kinds.map((kind) => [kind, isSpecification])),
    name: isText,
    for: isText,
    trigger: (given) => isFields(given) && fits(given, { count: isNumber, percent: isNumber }),
    'missing-data': isText,
  });

/** Undefined where it is not what the form can show. */
export function readPolicy(document: unknown): PolicyDocument | undefined {
  if (!isFields(document) || !isText(document['name'])) return undefined;
  const { conditions } = document;
  if (!Array.isArray(conditions) || !conditions.every(isOneCondition)) return undefined;
  const isFitting = fits(document, {
    comment: isText,
    disabled: (value) => typeof value === 'boolean',
    severity: (value) => severities.some((one) => one === value),
    labels: (value) => isFields(value) && Object.values(value).every(isText),
    combiner: isText,
    'incident-per': isText,
    interval: isText,
    'auto-close': isText,
    renotify: isText,
    notify: isTexts,
    'depends-on': isTexts,
    documentation: (value) => isFields(value) && fits(value, { subject: isText, content: isText, runbook: isText }),
  });
  return isFitting ? (document as unknown as PolicyDocument) : undefined;
}

/** What a new policy begins with: something that can be tried at once. */
export const examplePolicy: PolicyDocument = {
  name: 'slow',
  severity: 'warning',
  conditions: [
    {
      threshold: {
        metric: 'quorumwatch_probe_latency_seconds',
        aggregate: 'p95',
        'group-by': ['check'],
        window: '5m',
        above: 0.3,
      },
      for: '2m',
    },
  ],
};

/** A condition of another kind, with what both have in common. */
export function asKind(condition: ConditionDocument, kind: ConditionKind): ConditionDocument {
  const before = kindOf(condition);
  const { [before]: given = {}, ...rest } = condition;
  const { metric = given.of?.metric ?? 'quorumwatch_probe_latency_seconds', where, aggregate } = given;
  const groupBy = given['group-by'] ?? ['check'];
  const only = { metric, ...(where && { where }) };
  const looked = { ...only, 'group-by': groupBy, ...(aggregate && { aggregate }) };
  const limit = given.below === undefined ? { above: given.above ?? 1 } : { below: given.below };
  const window = given.window ?? '5m';
  const fields: Record<ConditionKind, ConditionFields> = {
    threshold: { ...looked, window, ...limit },
    ratio: {
      of: { metric: 'quorumwatch_samples_total', where: { outcome: 'fail' }, aggregate: 'count' },
      to: { metric: 'quorumwatch_samples_total', aggregate: 'count' },
      'group-by': groupBy,
      window,
      above: 0.05,
    },
    absent: { ...only, 'group-by': groupBy, after: '5m' },
    'rate-of-change': { ...looked, window, above: 50 },
    forecast: { ...looked, window: '1h', within: '1d', ...limit },
    verdict: { is: ['down'] },
    quorum: { is: 'reduced' },
  };
  return { ...rest, [kind]: fields[kind] };
}
