import { z } from 'zod';
import { duration, size } from '../../model/index.ts';
import { contentRules } from './content.ts';
import { httpCodes } from './http-codes.ts';
import type { OptionsOf } from './probe.ts';
import { degradedWhen } from './thresholds.ts';
import { trainOptions, trainValues } from './train.ts';

/** The keys of both HTTP types. */

const secretHeader = /^(proxy-)?authorization$|^cookie$|api-?key|token|secret/i;
const variable = /\$\{[A-Za-z_][A-Za-z0-9_]*\}|\{\{[a-z][a-z0-9_]*\}\}/;
const token = /^[!#$%&'*+.^_`|~0-9A-Za-z-]{1,100}$/;
const headerValue = /^[\t\u0020-\u007e\u0080-\u00ff]*$/;

const requestPath = z
  .string()
  .regex(/^\/[\u0021-\u007e]*$/, 'expected a path such as /health?full=1, without spaces')
  .max(8000);

const requestHeaders = z
  .record(
    z.string().regex(token, 'expected the name of a header'),
    z.string().max(8000).regex(headerValue, 'expected a header value of one line'),
  )
  .refine((given) => Object.keys(given).length <= 100, 'expected at most 100 headers')
  .superRefine((given, context) => {
    for (const [name, value] of Object.entries(given)) {
      // The configuration is in the ledger, and every viewer reads it there.
      if (secretHeader.test(name) && !variable.test(value))
        context.addIssue({
          code: 'custom',
          path: [name],
          message: 'expected a secret from the environment, such as "Bearer ${SHOP_TOKEN}"',
          input: '[secret]',
        });
    }
  })
  .default({})
  .describe('Header lines of the request; ${NAME} stands for a variable of the environment, where secrets belong.');

export const httpOptions = {
  'http-codes': httpCodes(),
  'thr-http-time': duration().prefault('10s').describe('Above this response time the check is down.'),
  path: requestPath.default('/').describe('Path and query of the request.'),
  method: z.string().regex(token, 'expected a method such as GET or POST').default('GET'),
  headers: requestHeaders,
  body: z.string().max(1_048_576).optional().describe('Body of the request.'),
  user: z
    .string()
    .regex(/^[^:\r\n]*$/)
    .optional()
    .describe('User for basic authentication.'),
  'password-file': z.string().min(1).optional().describe('A file that holds the password for basic authentication.'),
  'server-name': z
    .string()
    .regex(/^[A-Za-z0-9._:-]{1,253}$/, 'expected a host name')
    .optional()
    .describe('Name for the Host header, for TLS and in the certificate; the host by default.'),
  'follow-redirects': z
    .int()
    .min(0)
    .max(20)
    .default(0)
    .describe('How many redirects to follow; without it a redirect is judged by its code.'),
  match: contentRules,
  'max-body': size().prefault('1MiB').describe('More of the body is not read.'),
  ...trainOptions(1),
  'degraded-when': degradedWhen({ 'thr-http-time': duration().optional() }),
};

export const httpsOptions = {
  'check-certificate': z
    .boolean()
    .default(false)
    .describe('A certificate that is expired, untrusted or for another name makes the check down.'),
  certificate: z
    .string()
    .min(1)
    .default('none')
    .describe('A PEM file with the authorities to trust instead of those of this system; none for the latter.'),
  'thr-certificate-days': z
    .int()
    .min(0)
    .max(10_000)
    .optional()
    .describe('A certificate with fewer days left makes the check degraded.'),
};

export type HttpOptions = OptionsOf<typeof httpOptions> & Partial<OptionsOf<typeof httpsOptions>> & { port: number };

export const httpValues = {
  'http-status-code': 'status code of the reply',
  'http-resp-time': 'from the start of the connection to the end of the body, redirects included, in ms',
  'dns-ms': 'to resolve the name in ms; 0 if it was known',
  'connect-ms': 'TCP handshake in ms',
  'tls-ms': 'TLS handshake in ms',
  'first-byte-ms': 'from the request to the status line in ms',
  'total-ms': 'name, connection and reply together in ms',
  'body-bytes': 'bytes of the body that were read',
  'body-truncated': 'true if the body was longer than max-body',
  redirects: 'redirects that were followed',
  'final-url': 'where the redirects led',
  ...trainValues,
};

export const certificateValues = {
  'certificate-days': 'days until the certificate expires',
  'certificate-subject': 'whom the certificate is for',
  'certificate-issuer': 'who signed it',
  'tls-version': 'such as TLSv1.3',
};
