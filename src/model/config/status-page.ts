import { z } from 'zod';
import { name } from '../scalars.ts';
import { languageSchema } from '../text/language.ts';
import { selector } from './check.ts';
import { timeZone } from './sections.ts';

/** The public status page: what of all that is watched the outside may see, and under which names. */

const standsFor = z
  .strictObject({
    checks: z
      .array(name())
      .min(1)
      .max(1000)
      .optional()
      .describe('Checks, uplinks and alerting policies by name; a check over a group stands for all of its checks.'),
    group: name().optional().describe('All checks of this group.'),
    select: selector.optional().describe('Checks whose labels match.'),
  })
  .refine((given) => Object.keys(given).length > 0, 'expected at least one of checks, group, select');

const componentSchema = z.strictObject({
  name: name().describe('What the public calls it. Unique among the components.'),
  description: z.string().max(500).optional(),
  group: name().optional().describe('The heading under which it stands.'),
  'stands-for': standsFor.describe('What is watched for it; these names are never shown.'),
});
export type StatusComponent = z.output<typeof componentSchema>;

const subscribeSchema = z.strictObject({
  mail: name().optional().describe('Mails to subscribers go through the email channel of this receiver.'),
  webhooks: z.boolean().default(false).describe('Others may have changes posted to addresses of theirs.'),
  'private-addresses': z
    .boolean()
    .default(false)
    .describe(
      'Webhooks may lie on loopback, link-local and private addresses: only where all who subscribe are trusted.',
    ),
});

export const statusPageSchema = z
  .strictObject({
    title: z.string().trim().min(1).max(200).default('Status'),
    description: z.string().max(2000).optional(),
    'logo-text': z.string().trim().min(1).max(40).optional().describe('A few letters before the title.'),
    url: z
      .url({ protocol: /^https?$/ })
      .transform((url) => url.replace(/\/+$/, ''))
      .optional()
      .describe('Where people reach the page, for links in feeds and mails: https://status.example.org/status'),
    languages: z
      .array(languageSchema)
      .min(1)
      .refine((given) => new Set(given).size === given.length, 'expected each language once')
      .default(['en'])
      .describe('The first one is that of the page’s address.'),
    'time-zone': timeZone.describe('Of the days and times shown.'),
    public: z.boolean().default(false).describe('Anybody may read it; otherwise a token or a login is needed.'),
    detail: z
      .enum(['names', 'full'])
      .default('names')
      .describe(
        'names: no address, host, reason or name of a check leaves. full: reasons, names of maintenance windows and outage certificates, which hold all of that, are public too.',
      ),
    components: z.array(componentSchema).max(200).default([]).describe('In the order in which they are shown.'),
    listen: z
      .string()
      .regex(/^(\[[0-9a-fA-F:.%]+\]|[^:\s]+):\d{1,5}$/, 'expected HOST:PORT such as 0.0.0.0:8080 or [::]:8080')
      .optional()
      .describe('Serves the page and nothing else on a port of its own, so that the API needn’t be reachable.'),
    tls: z.strictObject({ 'certificate-file': z.string(), 'key-file': z.string() }).optional(),
    subscribe: subscribeSchema.optional().describe('Who wants is told of incidents; feeds are always there.'),
  })
  .optional();
export type StatusPageSettings = NonNullable<z.output<typeof statusPageSchema>>;

interface Surroundings {
  /** Names of checks, uplinks and policies. */
  checks: ReadonlySet<string>;
  groups: readonly string[];
  /** Receivers with their channels. */
  notify: Readonly<Record<string, Readonly<Record<string, unknown>>>>;
  nearest: (word: string, known: Iterable<string>) => string;
}

interface Problem {
  path: (string | number)[];
  message: string;
  found: unknown;
}

/** Names are unique, and what components stand for and who sends the mails is known. */
export function statusPageProblems(page: StatusPageSettings | undefined, around: Surroundings): Problem[] {
  if (!page) return [];
  const problems: Problem[] = [];
  const report = (path: (string | number)[], message: string, found: unknown) =>
    problems.push({ path: ['status-page', ...path], message, found });
  const seen = new Set<string>();
  page.components.forEach((component, index) => {
    const { checks = [], group } = component['stands-for'];
    if (seen.has(component.name)) report(['components', index, 'name'], 'expected a unique name', component.name);
    seen.add(component.name);
    checks.forEach((check, at) => {
      if (around.checks.has(check)) return;
      const near = around.nearest(check, around.checks);
      report(['components', index, 'stands-for', 'checks', at], `expected the name of a check${near}`, check);
    });
    if (group === undefined || around.groups.includes(group)) return;
    const near = around.nearest(group, around.groups);
    report(['components', index, 'stands-for', 'group'], `expected a group of the section groups${near}`, group);
  });
  if (page.subscribe) {
    const { mail, webhooks } = page.subscribe;
    if ((mail !== undefined || webhooks) && page.url === undefined)
      report(['subscribe'], 'expected url beside it: links to confirm and to unsubscribe lead there', undefined);
    const receiver = mail !== undefined && Object.hasOwn(around.notify, mail) ? around.notify[mail] : undefined;
    if (mail !== undefined && receiver?.['email'] === undefined) {
      const known = Object.keys(around.notify).filter((one) => around.notify[one]?.['email'] !== undefined);
      const near = around.nearest(mail, known);
      report(['subscribe', 'mail'], `expected a receiver of the section notify with an email channel${near}`, mail);
    }
  }
  return problems;
}

/** The name itself, or one of the checks that a check over a group or a policy stands for. */
export function standsForCheck(names: ReadonlySet<string>, check: string): boolean {
  if (names.has(check)) return true;
  for (let at = check.indexOf('@'); at > 0; at = check.indexOf('@', at + 1)) {
    if (names.has(check.slice(0, at))) return true;
  }
  return false;
}
