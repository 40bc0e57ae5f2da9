import { z } from 'zod';
import { duration, name } from '../scalars.ts';

const loopback = new Set(['localhost', '127.0.0.1', '[::1]']);
const perUplink = z.record(name(), z.string().min(1).max(200));

/** The key `failover.router`: another machine's routes are switched, over the REST API of RouterOS 7. */
export const uplinkRouterSchema = z
  .strictObject({
    routeros: z
      .strictObject({
        url: z
          .url({ protocol: /^https?$/ })
          .describe('https://ADDRESS of the REST API (service www-ssl), reachable whichever uplink is dead.'),
        user: z.string().min(1),
        'password-file': z.string().min(1).describe('A file that holds the password.'),
        'certificate-sha256': z
          .string()
          .transform((text) => text.replaceAll(':', '').toLowerCase())
          .pipe(z.string().regex(/^[0-9a-f]{64}$/, 'expected 64 hexadecimal digits, with or without colons'))
          .optional()
          .describe('The router’s certificate, and no other; a certificate that it signed itself is fine then.'),
        insecure: z
          .boolean()
          .default(false)
          .describe('Allow http:// to another machine: whoever is on the way reads the password.'),
        timeout: duration({ min: '50ms', max: '30s' })
          .prefault('1s')
          .describe('For one request; one that was not answered is sent once more.'),
      })
      .refine(({ url, insecure }) => insecure || url.startsWith('https:') || loopback.has(hostOf(url)), {
        path: ['url'],
        message: 'expected https, since http shows the password to whoever is on the way (insecure: true allows it)',
      }),
    method: z
      .enum(['distance', 'disable'])
      .default('distance')
      .describe(
        'distance: routes of an uplink that is not to be used go 100 further away, and stay as the last resort; disable: they are disabled.',
      ),
    routes: perUplink.describe('For each uplink the comment of its default routes on the router.'),
    'connection-marks': perUplink
      .default({})
      .describe('For each uplink the connection mark of what goes by it: removed when it died and its grace is over.'),
  })
  .describe('Switch the routes of a RouterOS router instead of those of this machine.');
export type UplinkRouter = z.output<typeof uplinkRouterSchema>;

function hostOf(url: string): string {
  return /^https?:\/\/(?:[^/@]*@)?(\[[^\]]*\]|[^/:?#]*)/.exec(url)?.[1] ?? '';
}
