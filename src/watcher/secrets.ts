import { messageOf, type Configuration, type ConfigurationIssue } from '../model/index.ts';
import { readSecret } from '../platform/index.ts';

/** Every secret that the configuration names, tried once: better now than at night. Variables count too. */
export async function checkSecrets(configuration: Configuration, file: string): Promise<ConfigurationIssue[]> {
  const secrets: { path: string; value: string }[] = [];
  const gather = (value: unknown, path: string): void => {
    if (Array.isArray(value)) {
      for (const [at, item] of value.entries()) gather(item, `${path}[${at}]`);
    } else if (typeof value === 'object' && value !== null) {
      for (const [key, inner] of Object.entries(value)) gather(inner, path ? `${path}.${key}` : key);
    } else if (typeof value === 'string' && isSecret(path, value)) {
      secrets.push({ path, value });
    }
  };
  gather(configuration.notify, 'notify');
  gather(configuration.routers, 'routers');
  gather(configuration.server.tls, 'server.tls');
  gather(configuration['status-page']?.tls, 'status-page.tls');
  gather(configuration.server.oidc?.['client-secret-file'], 'server.oidc.client-secret-file');
  gather(
    configuration.flows?.push.map(({ 'token-file': file }) => ({ 'token-file': file })),
    'flows.push',
  );
  gather(
    configuration.watch.map((check) => check.options),
    'watch',
  );
  const issues: ConfigurationIssue[] = [];
  await Promise.all(
    secrets.map(async ({ path, value }) => {
      try {
        await readSecret(path.endsWith('-file') ? { file: value } : { text: withoutParts(path, value) });
      } catch (thrown) {
        issues.push({ file, line: 0, column: 0, path, message: messageOf(thrown) });
      }
    }),
  );
  return issues;
}

function isSecret(path: string, value: string): boolean {
  return path.endsWith('-file') || /\$\{[A-Za-z_][A-Za-z0-9_]*\}/.test(withoutParts(path, value));
}

/** Requests that are written down have places for parts of the message too: those are in lower case. */
function withoutParts(path: string, value: string): string {
  const isTemplate = /^notify\..*\.(http|sms)\.(url|body|headers\..*)$/.test(path);
  return isTemplate ? value.replaceAll(/\$\{[a-z][a-z0-9-]*\}/g, '') : value;
}
