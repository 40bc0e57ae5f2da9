/** A variable longer than this is cut; the kernel refuses more than 128 KiB. */
const valueLimit = 8192;

/**
 * Netwatch's script variables as environment variables: `done-tests` is `QW_DONE_TESTS`, `status` is `QW_STATUS`.
 * RouterOS scripts write `$"done-tests"`; shells cannot have a hyphen in a name.
 */
export function scriptEnvironment(variables: Readonly<Record<string, string>>): Record<string, string> {
  const environment: Record<string, string> = {};
  for (const [name, value] of Object.entries(variables)) {
    const clean = value.replaceAll('\0', '').slice(0, valueLimit);
    environment[`QW_${name.toUpperCase().replaceAll(/[^A-Z0-9]+/g, '_')}`] = clean;
  }
  return environment;
}
