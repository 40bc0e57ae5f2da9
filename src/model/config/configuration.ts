import { z } from 'zod';
import type { NotifierDefinition, ProbeDefinition } from '../probe.ts';
import { name } from '../scalars.ts';
import { alertsSchema, type AlertPolicy } from './alerts.ts';
import { commonCheckOptions, labels, type Check } from './check.ts';
import {
  expandGroups,
  groupSchema,
  maxChecks,
  namesOfChecks,
  targetSchema,
  type Group,
  type Target,
} from './groups.ts';
import { performanceSchema, type PerformanceSettings } from './performance.ts';
import {
  escalationsSchema,
  quietHoursSection,
  rotasSchema,
  routesSchema,
  type Escalation,
  type QuietHours,
  type Rota,
  type Route,
} from './routing.ts';
import {
  limitsSchema,
  maintenanceSchema,
  routerSchema,
  serverSchema,
  type Limits,
  type MaintenanceWindow,
  type Router,
} from './sections.ts';
import { telemetrySchema, type TelemetrySettings } from './telemetry.ts';
import {
  failoverSchema,
  uplinkChecks,
  uplinkProblems,
  uplinksSchema,
  type FailoverSettings,
  type UplinkSettings,
} from './uplinks.ts';

/**
 * The whole configuration, built from the probes and notifiers that register: one schema validates, and yields the JSON
 * Schema, the API and the reference pages.
 */

export interface ConfigurationParts {
  probes: readonly ProbeDefinition[];
  notifiers: readonly NotifierDefinition[];
}

/** One receiver of notifications: its channels, each with the options of its notifier. */
export type Receiver = Readonly<Record<string, Readonly<Record<string, unknown>>>>;

export interface Configuration {
  site: string;
  labels: Readonly<Record<string, string>>;
  watch: readonly Check[];
  targets: readonly Target[];
  groups: readonly Group[];
  maintenance: readonly MaintenanceWindow[];
  notify: Readonly<Record<string, Receiver>>;
  alerts: readonly AlertPolicy[];
  routes: readonly Route[];
  rotas: readonly Rota[];
  escalations: readonly Escalation[];
  'quiet-hours': readonly QuietHours[];
  routers: readonly Router[];
  uplinks: readonly UplinkSettings[];
  failover: FailoverSettings;
  limits: Limits;
  performance: PerformanceSettings;
  telemetry: TelemetrySettings;
  server: z.output<typeof serverSchema>;
}

export type ConfigurationSchema = z.ZodType<Configuration>;

export function configurationSchema(parts: ConfigurationParts): ConfigurationSchema {
  const common = Object.keys(commonCheckOptions);
  const variants = parts.probes.map((probe) => {
    const type = probe.type === 'simple' ? z.literal('simple').default('simple') : z.literal(probe.type);
    return z
      .strictObject({ ...commonCheckOptions, ...probe.options, type: type.describe(probe.summary) })
      .meta({ title: `${probe.type} check`, description: probe.summary })
      .transform((given): Check => {
        const check: Record<string, unknown> = { options: {} };
        const options: Record<string, unknown> = {};
        for (const [key, value] of Object.entries(given)) {
          if (key === 'type' || common.includes(key)) check[key] = value;
          else options[key] = value;
        }
        return { ...check, options } as unknown as Check;
      });
  });
  const check = z.discriminatedUnion('type', variants as unknown as [(typeof variants)[0], ...typeof variants]);
  const receiver = z
    .strictObject(
      Object.fromEntries(parts.notifiers.map((notifier) => [notifier.channel, channelSchema(notifier).optional()])),
    )
    .refine((channels) => Object.keys(channels).length > 0, 'expected at least one channel');
  return z
    .strictObject({
      site: name().default('here').describe('Where this watcher stands.'),
      labels: labels.default({}).describe('Labels of this watcher.'),
      watch: z.array(check).max(maxChecks).default([]).describe('The checks.'),
      targets: z.array(targetSchema).max(maxChecks).default([]).describe('Things to watch, for checks over groups.'),
      groups: z.array(groupSchema).max(1000).default([]).describe('Targets and checks that belong together.'),
      maintenance: z.array(maintenanceSchema).max(1000).default([]).describe('Times in which no incident opens.'),
      notify: z.record(name(), receiver).default({}).describe('Receivers of notifications by name.'),
      alerts: alertsSchema.default([]).describe('Alerting policies over what is measured.'),
      routes: routesSchema.default([]).describe('Who is told of which incident; the first that matches decides.'),
      rotas: rotasSchema.default([]).describe('Whose turn it is to be on call.'),
      escalations: escalationsSchema.default([]).describe('Whom to tell next while nobody takes care.'),
      'quiet-hours': quietHoursSection.default([]).describe('When messages that are not urgent wait.'),
      routers: z
        .array(routerSchema)
        .max(100)
        .default([])
        .describe('MikroTik routers that routeros actions may change.'),
      uplinks: uplinksSchema.default([]).describe('Ways out to the Internet, each through a provider of its own.'),
      failover: failoverSchema.prefault({}).describe('How uplinks are judged, and what is done when one fails.'),
      limits: limitsSchema.prefault({}).describe('Caps on what the watch sends.'),
      telemetry: telemetrySchema.prefault({}).describe('What is kept of all that was measured, and where.'),
      performance: performanceSchema.prefault({}).describe('Paths between the watchers of a cluster.'),
      server: serverSchema.prefault({}).describe('The page and the HTTP API.'),
    })
    .superRefine((given, context) => {
      for (const problem of crossCheck(given as unknown as Configuration)) {
        context.addIssue({ code: 'custom', message: problem.message, path: problem.path, input: problem.found });
      }
    })
    .transform((given) => expandGroups(given as unknown as Configuration));
}

function channelSchema(notifier: NotifierDefinition) {
  return z
    .strictObject(notifier.options)
    .superRefine((given, context) => {
      const message = notifier.problem?.(given);
      if (message !== undefined) context.addIssue({ code: 'custom', message, input: given });
    })
    .describe(notifier.summary);
}

interface Problem {
  path: (string | number)[];
  message: string;
  found: unknown;
}

/** The rules between parts: unique names, known names, no circle in dependencies, one of host, anchors and group. */
function crossCheck(given: Configuration): Problem[] {
  const problems: Problem[] = [];
  const report = (path: (string | number)[], message: string, found: unknown) =>
    problems.push({ path, message, found });
  const first = new Map<string, number>();
  given.watch.forEach((check, index) => {
    const before = first.get(check.name);
    if (before === undefined) first.set(check.name, index);
    else report(['watch', index, 'name'], `expected a unique name; watch[${before}] has it already`, check.name);
  });
  const uplinks = uplinkChecks(given.uplinks, given.failover).map(({ name }) => name);
  for (const taken of uplinks) {
    const index = first.get(taken);
    const message = 'expected another name; the uplink is judged under this one';
    if (index !== undefined) report(['watch', index, 'name'], message, taken);
  }
  const known = new Set([...first.keys(), ...uplinks]);
  problems.push(...groupProblems(given, first));
  const routers = new Set(given.routers.map((router) => router.name));
  type Lists = Partial<Record<'up' | 'degraded' | 'down' | 'test', Check['up']>>;
  const checkActions = (lists: Lists, at: (...rest: (string | number)[]) => (string | number)[]) => {
    for (const list of ['up', 'degraded', 'down', 'test'] as const) {
      (lists[list] ?? []).forEach((action, i) => {
        if (action.kind === 'notify') {
          if (list === 'test')
            report(at(list, i), 'expected run or log after each probe; notify belongs to up and down', 'notify');
          for (const receiver of action.receivers) {
            if (Object.hasOwn(given.notify, receiver)) continue;
            const near = nearest(receiver, Object.keys(given.notify));
            report(at(list, i, 'notify'), `expected a receiver of the section notify${near}`, receiver);
          }
        }
        if (action.kind === 'routeros') {
          if (list === 'test') report(at(list, i), 'expected run or log after each probe', 'routeros');
          if (!routers.has(action.router)) {
            report(
              at(list, i, 'routeros', 'router'),
              `expected a router of the section routers${nearest(action.router, routers)}`,
              action.router,
            );
          }
        }
      });
    }
  };
  given.watch.forEach((check, index) => {
    const at = (...rest: (string | number)[]) => ['watch', index, ...rest];
    const [subject, ...more] = (['host', 'anchors', 'group'] as const).filter((key) => check[key] !== undefined);
    if (subject === undefined) report(at(), 'expected one of host, anchors, group, found none', check.name);
    else if (more.length > 0) {
      const found = [subject, ...more].join(' and ');
      report(at(more[0] ?? subject), `expected one of host, anchors, group, found ${found}`, check.name);
    }
    const required = check['anchors-required'];
    if (required !== undefined && required > (check.anchors?.length ?? 1)) {
      report(at('anchors-required'), `expected at most ${check.anchors?.length ?? 1}, the number of anchors`, required);
    }
    if (check.watchers.rule === 'k' && check.watchers.k === undefined) report(at('watchers'), 'rule: k needs k', 'k');
    check['depends-on'].forEach((target, i) => {
      if (!known.has(target))
        report(at('depends-on', i), `expected the name of a check${nearest(target, known)}`, target);
    });
    checkActions(check, at);
  });
  checkActions(given.failover.actions, (...rest) => ['failover', 'actions', ...rest]);
  for (const circle of dependencyCircles(given.watch)) {
    const index = first.get(circle[0] ?? '') ?? 0;
    report(['watch', index, 'depends-on'], `expected no circle: ${[...circle, circle[0]].join(' -> ')}`, circle[0]);
  }
  problems.push(...uplinkProblems(given.uplinks, given.failover));
  const windows = new Set<string>();
  given.maintenance.forEach((window, index) => {
    if (windows.has(window.name)) report(['maintenance', index, 'name'], 'expected a unique name', window.name);
    windows.add(window.name);
    window.checks?.forEach((target, i) => {
      if (!known.has(target))
        report(['maintenance', index, 'checks', i], `expected the name of a check${nearest(target, known)}`, target);
    });
  });
  return problems;
}

/** Names are unique, groups are known and not empty, and what they stand for does not clash with what is written. */
function groupProblems(given: Configuration, written: ReadonlyMap<string, number>): Problem[] {
  const problems: Problem[] = [];
  for (const section of ['targets', 'groups'] as const) {
    const seen = new Map<string, number>();
    given[section].forEach(({ name: found }, index) => {
      const before = seen.get(found);
      if (before === undefined) seen.set(found, index);
      else {
        const message = `expected a unique name; ${section}[${before}] has it already`;
        problems.push({ path: [section, index, 'name'], message, found });
      }
    });
  }
  const groups = given.groups.map((group) => group.name);
  const names = namesOfChecks(given);
  const taken = new Set<string>();
  let checks = 0;
  given.watch.forEach((check, index) => {
    const made = names.get(check.name) ?? [];
    checks += made.length;
    if (check.group === undefined) return;
    const report = (message: string) => problems.push({ path: ['watch', index, 'group'], message, found: check.group });
    if (!groups.includes(check.group)) report(`expected a group of the section groups${nearest(check.group, groups)}`);
    else if (made.length === 0) report('expected a group with at least one target');
    const clash = made.find((one) => written.has(one) || taken.has(one));
    if (clash !== undefined) report(`expected no other check with the name ${clash}, which this one makes`);
    const long = made.find((one) => !name().safeParse(one).success);
    if (long !== undefined) report(`expected names that together have at most 100 characters, found ${long}`);
    for (const one of made) taken.add(one);
  });
  if (checks > maxChecks) {
    const message = `expected at most ${maxChecks} checks, those over groups counted for each target`;
    problems.push({ path: ['watch'], message, found: checks });
  }
  return problems;
}

/** Each circle once, as the names along it. */
function dependencyCircles(checks: readonly Check[]): string[][] {
  const edges = new Map(checks.map((check) => [check.name, check['depends-on']]));
  const state = new Map<string, 'open' | 'done'>();
  const circles: string[][] = [];
  // An explicit stack: a chain of 100,000 dependencies must not overflow the call stack.
  for (const start of edges.keys()) {
    if (state.has(start)) continue;
    const path: { name: string; next: number }[] = [{ name: start, next: 0 }];
    state.set(start, 'open');
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const target = edges.get(top.name)?.[top.next++];
      if (target === undefined) {
        state.set(top.name, 'done');
        path.pop();
      } else if (state.get(target) === 'open') {
        circles.push(path.slice(path.findIndex((step) => step.name === target)).map((step) => step.name));
      } else if (!state.has(target) && edges.has(target)) {
        state.set(target, 'open');
        path.push({ name: target, next: 0 });
      }
    }
  }
  return circles;
}

/** `, did you mean X?` for the known word at the smallest edit distance, if one is near. */
export function nearest(word: string, known: Iterable<string>): string {
  let best: string | undefined;
  let bestDistance = Math.max(2, Math.floor(word.length / 3)) + 0.5;
  for (const candidate of known) {
    if (Math.abs(candidate.length - word.length) > bestDistance) continue;
    const distance = editDistance(word.toLowerCase(), candidate.toLowerCase());
    if (distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best === undefined ? '' : `, did you mean ${best}?`;
}

/** Levenshtein with swapped neighbours (optimal string alignment). */
function editDistance(a: string, b: string): number {
  let beforeLast: number[] = [];
  let last = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const cost = a[i - 1] === b[j - 1] ? 0 : 1;
      let value = Math.min((row[j - 1] ?? 0) + 1, (last[j] ?? 0) + 1, (last[j - 1] ?? 0) + cost);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        value = Math.min(value, (beforeLast[j - 2] ?? 0) + 1);
      row.push(value);
    }
    beforeLast = last;
    last = row;
  }
  return last[b.length] ?? 0;
}
