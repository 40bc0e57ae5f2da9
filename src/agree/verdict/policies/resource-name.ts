import { hash } from 'node:crypto';

/**
 * The text of a resource, which with its policy's name makes the name of a check: `latency@check=web,watcher=oslo`. Labels
 * are sorted, so that equal ones have one name. Whoever reads a name gets the labels back; where they are too long, the
 * text is cut and ends in a hash, and the labels stand in what watchers say of it.
 */

type Labels = Readonly<Record<string, string>>;

/** With the name of a policy, of at most a hundred characters, it stays within what an opinion may name. */
const maxText = 99;
const hashDigits = 16;
/** What has a meaning in the text, and what could not be printed. */
const special = /[%,=@~\u0000-\u001f\u007f-\u009f]/g;
const labelName = /^[a-zA-Z_][a-zA-Z0-9_]*$/;

export function resourceText(labels: Labels): string {
  const full = Object.entries(labels)
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([label, value]) => `${label}=${value.toWellFormed().replaceAll(special, escaped)}`)
    .join(',');
  if (full.length <= maxText) return full;
  const cut = full.slice(0, maxText - hashDigits - 1);
  // The cut may have gone through a pair of surrogates.
  const kept = cut.isWellFormed() ? cut : cut.slice(0, -1);
  return `${kept}~${hash('sha256', full).slice(0, hashDigits)}`;
}

/** The labels of a text that `resourceText` made; the last ones are missing or cut where it was too long. */
export function readResource(text: string): Labels | undefined {
  const [, kept = '', digest] = /^([^~]*)(~[0-9a-f]{16})?$/.exec(text) ?? [];
  const labels: Record<string, string> = {};
  for (const term of kept.split(',')) {
    const [, label = '', value = ''] = /^([^=]*)=([^=]*)$/.exec(term) ?? [];
    if (!labelName.test(label)) {
      // The name of the last label itself may be what was cut.
      if (digest !== undefined && /^[a-zA-Z0-9_]*$/.test(term)) continue;
      return undefined;
    }
    labels[label] = value.replaceAll(/%([0-9a-f]{2})/g, (_, digits: string) =>
      String.fromCodePoint(Number.parseInt(digits, 16)),
    );
  }
  return digest !== undefined || resourceText(labels) === text ? labels : undefined;
}

/** The name of the check that stands for a policy, or for one resource of it. */
export function alertCheckName(policy: string, resource: Labels): string {
  return Object.keys(resource).length === 0 ? policy : `${policy}@${resourceText(resource)}`;
}

/** Policy and resource of such a name; a policy's own name may have an `@` too, the text of a resource has none. */
export function splitAlertCheck(name: string): { policy: string; resource: Labels } | undefined {
  const at = name.lastIndexOf('@');
  const resource = at < 0 ? undefined : readResource(name.slice(at + 1));
  return resource && { policy: name.slice(0, at), resource };
}

function escaped(character: string): string {
  return `%${character.codePointAt(0)?.toString(16).padStart(2, '0')}`;
}
