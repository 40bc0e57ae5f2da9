/** HTML as values: what is put into a template is escaped unless it is HTML itself, so nothing can be forgotten. */

export class Html {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export type Fragment = Html | string | number | undefined | false | readonly Fragment[];

const literals = new WeakMap<TemplateStringsArray, readonly string[]>();

/** Indentation is for those who read the source: none of it is sent. */
export function html(strings: TemplateStringsArray, ...values: readonly Fragment[]): Html {
  const parts = literals.get(strings) ?? strings.map((part) => part.replaceAll(/\n\s*/g, '\n'));
  literals.set(strings, parts);
  return new Html(parts.map((part, at) => part + (at < values.length ? write(values[at]) : '')).join(''));
}

function write(value: Fragment): string {
  if (value instanceof Html) return value.text;
  if (value === undefined || value === false) return '';
  if (typeof value === 'number') return `${value}`;
  return typeof value === 'object' ? value.map(write).join('') : escapeText(value);
}

/** Most of what is written needs nothing done. */
const needsCare = /[&<>"'\u0000-\u0008\u000b-\u001f\u007f-\u009f\ud800-\udfff\ufffe\uffff]/;

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

/** For text and attributes of HTML and XML; characters that XML 1.0 does not allow (section 2.2) are taken out. */
export function escapeText(text: string): string {
  if (!needsCare.test(text)) return text;
  return cleanText(text).replaceAll(/[&<>"']/g, (character) => entities[character] ?? '');
}

/** Without control characters but tab and line feed, and well formed. */
export function cleanText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\ufffe\uffff]/g, '')
    .toWellFormed();
}
