import { Cron } from 'croner';
import { z } from 'zod';
import { duration, name } from '../scalars.ts';
import { labels, selector } from './check.ts';
import { oidcSchema } from './oidc.ts';

/** Sections of the configuration besides the checks. */

export const instant = z
  .string()
  .regex(
    /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d)?(Z|[+-]\d\d:\d\d)?$/,
    'expected a time such as 2026-03-28T22:00 or 2026-03-28T21:00Z',
  )
  .meta({
    description: 'A time; without offset it is in the time zone of the window.',
    examples: ['2026-03-28T22:00'],
  });
export const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'expected a time of day such as 22:00');
export const weekday = z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']);

export const timeZone = z
  .string()
  .refine(isTimeZone, 'expected an IANA time zone such as Europe/Berlin or UTC')
  .default('UTC');

export const maintenanceSchema = z
  .strictObject({
    name: name(),
    checks: z.array(name()).min(1).optional().describe('The checks it covers; all of them without checks and select.'),
    select: selector.optional().describe('Checks whose labels match.'),
    once: z.strictObject({ from: instant, to: instant }).optional(),
    weekly: z
      .strictObject({ days: z.array(weekday).min(1), at: timeOfDay, for: duration({ min: '1m', max: '7d' }) })
      .optional(),
    cron: z
      .strictObject({
        at: z
          .string()
          .refine(isCronPattern, 'expected five fields: minute, hour, day of month, month, day of week')
          .describe('Minute, hour, day of month, month, day of week.'),
        for: duration({ min: '1m', max: '7d' }),
      })
      .optional(),
    'time-zone': timeZone,
  })
  .superRefine((window, context) => {
    const given = [window.once, window.weekly, window.cron].filter(Boolean).length;
    if (given !== 1)
      context.addIssue({ code: 'custom', message: 'expected exactly one of once, weekly, cron', input: window });
  });
export type MaintenanceWindow = z.output<typeof maintenanceSchema>;

/** Five fields that croner reads (minute, hour, day of month, month, day of week), or a word such as `@daily`. */
export function isCronPattern(pattern: string): boolean {
  try {
    return new Cron(pattern, { paused: true, mode: '5-part' }).getPattern() !== undefined;
  } catch {
    return false;
  }
}

function isTimeZone(zone: string): boolean {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: zone }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
}

export const routerSchema = z.strictObject({
  name: name(),
  url: z.url({ protocol: /^https?$/ }).describe('https://ADDRESS of the REST API (service www-ssl).'),
  user: z.string().min(1),
  'password-file': z.string().min(1).describe('A file that holds the password.'),
  'ca-file': z
    .string()
    .optional()
    .describe('The certificate that signed the router’s; the system’s authorities by default.'),
  'dry-run': z.boolean().default(false).describe('Record what would be changed and change nothing.'),
});
export type Router = z.output<typeof routerSchema>;

export const serverSchema = z
  .strictObject({
    listen: z
      .string()
      .regex(/^(\[[0-9a-fA-F:.%]+\]|[^:\s]+):\d{1,5}$/, 'expected HOST:PORT such as 127.0.0.1:8470 or [::1]:8470')
      .default('127.0.0.1:8470'),
    tls: z.strictObject({ 'certificate-file': z.string(), 'key-file': z.string() }).optional(),
    'public-metrics': z.boolean().default(true).describe('Serve /metrics without a token.'),
    'public-url': z
      .url({ protocol: /^https?$/ })
      .optional()
      .describe('Where people reach the page from outside: links in messages lead there.'),
    'trusted-proxies': z
      .array(z.union([z.ipv4(), z.ipv6()]))
      .max(20)
      .optional()
      .describe('Addresses of proxies whose X-Forwarded-For says who asks.'),
    oidc: oidcSchema.optional().describe('Sign-in through an identity provider; needs public-url.'),
  })
  .refine((server) => server.oidc === undefined || server['public-url'] !== undefined, {
    path: ['public-url'],
    message: 'expected the address of the page, to which the identity provider sends people back',
  });

export const limitsSchema = z.strictObject({
  'packets-per-target': z
    .int()
    .min(1)
    .max(1_000_000)
    .default(25)
    .describe('Probe packets a second to one public address.'),
  'packets-per-network': z
    .int()
    .min(1)
    .max(1_000_000)
    .default(200)
    .describe('Probe packets a second to one public /24 or /64.'),
  'packets-private': z
    .int()
    .min(1)
    .max(10_000_000)
    .default(1000)
    .describe('The same for one private, link-local or loopback address.'),
});
export type Limits = z.output<typeof limitsSchema>;

export const labelSection = labels;
