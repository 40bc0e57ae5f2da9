import { z } from 'zod';
import type { NotifierDefinition, ProbeDefinition } from '../probe.ts';
import { name } from '../scalars.ts';
import { languageSchema, type Language } from '../text/language.ts';
import { alertsSchema } from './alerts.ts';
import { commonCheckOptions, labels, type Check } from './check.ts';
import type { Configuration, Receiver } from './configured.ts';
import { crossCheck } from './cross-check.ts';
import { flowsSchema } from './flows.ts';
import { expandGroups, groupSchema, maxChecks, targetSchema } from './groups.ts';
import { mirrorsSchema } from './mirrors.ts';
import { expandObjectives } from './objective-policies.ts';
import { objectivesSchema } from './objectives.ts';
import { performanceSchema } from './performance.ts';
import { escalationsSchema, quietHoursSection, rotasSchema, routesSchema } from './routing.ts';
import { limitsSchema, maintenanceSchema, routerSchema, serverSchema } from './sections.ts';
import { statusPageSchema } from './status-page.ts';
import { telemetrySchema } from './telemetry.ts';
import { failoverSchema, uplinksSchema } from './uplinks.ts';

export type { Configuration, Receiver } from './configured.ts';

/**
 * The whole configuration, built from the probes and notifiers that register: one schema validates, and yields the JSON
 * Schema, the API and the reference pages.
 */

export interface ConfigurationParts {
  probes: readonly ProbeDefinition[];
  notifiers: readonly NotifierDefinition[];
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
    .strictObject({
      ...Object.fromEntries(parts.notifiers.map((notifier) => [notifier.channel, channelSchema(notifier).optional()])),
      language: languageSchema.optional().describe('Of the messages to this receiver, where it is another one.'),
    })
    .refine((given) => Object.keys(given).some((channel) => channel !== 'language'), 'expected at least one channel');
  return z
    .strictObject({
      site: name().default('here').describe('Where this watcher stands.'),
      labels: labels.default({}).describe('Labels of this watcher.'),
      watch: z.array(check).max(maxChecks).default([]).describe('The checks.'),
      targets: z.array(targetSchema).max(maxChecks).default([]).describe('Things to watch, for checks over groups.'),
      groups: z.array(groupSchema).max(1000).default([]).describe('Targets and checks that belong together.'),
      maintenance: z.array(maintenanceSchema).max(1000).default([]).describe('Times in which no incident opens.'),
      notify: z.record(name(), receiver).default({}).describe('Receivers of notifications by name.'),
      language: languageSchema.optional().describe('The language of notifications; English by default.'),
      alerts: alertsSchema.default([]).describe('Alerting policies over what is measured.'),
      objectives: objectivesSchema.default([]).describe('How good things have to be, and how much may go wrong.'),
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
      flows: flowsSchema.optional().describe('Records of network flows: NetFlow, IPFIX, sFlow.'),
      mirrors: mirrorsSchema.optional().describe('Copies of packets, for which two people are needed.'),
      performance: performanceSchema.prefault({}).describe('Paths between the watchers of a cluster.'),
      'status-page': statusPageSchema.describe('What the public may see of all this.'),
      server: serverSchema.prefault({}).describe('The page and the HTTP API.'),
    })
    .superRefine((given, context) => {
      for (const problem of crossCheck(given as unknown as Configuration)) {
        context.addIssue({ code: 'custom', message: problem.message, path: problem.path, input: problem.found });
      }
    })
    .transform((given) => expandObjectives(expandGroups(withReceiverLanguages(given as unknown as Configuration))));
}

/** Whoever sends goes over the channels of a receiver: its language is none of them. */
function withReceiverLanguages(given: Configuration): Configuration {
  const receiverLanguages: Record<string, Language> = {};
  const notify: Record<string, Receiver> = {};
  for (const [receiver, { language, ...channels }] of Object.entries(given.notify)) {
    notify[receiver] = channels;
    const chosen = languageSchema.safeParse(language);
    if (chosen.success) receiverLanguages[receiver] = chosen.data;
  }
  return { ...given, notify, receiverLanguages };
}

/** The language in which a receiver is told. */
export function languageOf(
  configuration: Pick<Configuration, 'language' | 'receiverLanguages'>,
  receiver: string,
): Language {
  const own = configuration.receiverLanguages;
  return (own && Object.hasOwn(own, receiver) ? own[receiver] : undefined) ?? configuration.language ?? 'en';
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
