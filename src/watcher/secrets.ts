import { messageOf, type Configuration, type ConfigurationIssue } from '../model/index.ts';
import { readSecret } from '../platform/index.ts';

/** Every secret that the configuration names, tried once: better now than at night. Variables count too. */
export async function checkSecrets(configuration: Configuration, file: string): Promise<ConfigurationIssue[]> {
  const issues: ConfigurationIssue[] = [];
  const visit = async (value: unknown, path: string): Promise<void> => {
    if (Array.isArray(value)) {
      await Promise.all(value.map((item, i) => visit(item, `${path}[${i}]`)));
    } else if (typeof value === 'object' && value !== null) {
      await Promise.all(Object.entries(value).map(([key, inner]) => visit(inner, path ? `${path}.${key}` : key)));
    } else if (typeof value === 'string' && isSecret(path, value)) {
      try {
        await readSecret(path.endsWith('-file') ? { file: value } : { text: value });
      } catch (thrown) {
        issues.push({ file, line: 0, column: 0, path, message: messageOf(thrown) });
      }
    }
  };
  await visit(configuration.notify, 'notify');
  await visit(configuration.routers, 'routers');
  await visit(configuration.server.tls, 'server.tls');
  await visit(
    configuration.watch.map((check) => check.options),
    'watch',
  );
  return issues;
}

function isSecret(path: string, value: string): boolean {
  return path.endsWith('-file') || /\$\{[A-Za-z_][A-Za-z0-9_]*\}/.test(value);
}
