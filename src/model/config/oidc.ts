import { z } from 'zod';

/** Sign-in through an identity provider by OpenID Connect. */

const values = z.array(z.string().min(1).max(200)).min(1).max(100);

export const oidcSchema = z
  .strictObject({
    issuer: z
      .url({ protocol: /^https?$/ })
      .refine(isPrivateEnough, 'expected https; http is for a provider on this machine')
      .describe(
        'The issuer, as its tokens name it. It must know `/api/v1/session/oidc/callback` below our public-url.',
      ),
    'client-id': z.string().min(1).max(200),
    'client-secret-file': z.string().min(1).describe('A file that holds the client’s secret.'),
    scopes: z
      .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]+$/))
      .max(20)
      .default(['openid', 'profile', 'email']),
    'name-claim': z.string().min(1).max(100).default('preferred_username').describe('What people are called by.'),
    'role-claim': z
      .string()
      .min(1)
      .max(100)
      .default('groups')
      .describe('A text or a list of texts that gives the role.'),
    roles: z
      .strictObject({ admin: values.optional(), operator: values.optional(), viewer: values.optional() })
      .refine((given) => Object.keys(given).length > 0, 'expected at least one role')
      .describe('Values of the role claim for each role; `*` is everybody. Who has none stays out.'),
  })
  .refine(({ scopes }) => scopes.includes('openid'), { path: ['scopes'], message: 'expected openid among the scopes' });

export type OidcSettings = z.output<typeof oidcSchema>;

function isPrivateEnough(address: string): boolean {
  const url = URL.parse(address);
  return url?.protocol === 'https:' || /^(127(\.\d{1,3}){3}|localhost|\[::1\])$/.test(url?.hostname ?? '');
}
