/** Secrets that exports carry: they never reach a configuration, a note or a list. Repeats are bounded: linear time. */

const patterns: readonly (readonly [RegExp, string])[] = [
  [/(\/?bot)\d{4,}:[A-Za-z0-9_-]{8,}/g, '$1<token>'],
  [/\b\d{6,}:[A-Za-z0-9_-]{30,}/g, '<token>'],
  [
    /\b([a-z-]{0,40}(?:password|passphrase|secret|token|api-?key|authorization)\s*[=:]\s*)(\\?"(?:\\.|[^"\\]){0,4096}"|[^\s;&"\\]+)/gi,
    '$1<secret>',
  ],
  [/(:\/\/[^\s/:@"]+:)[^\s/@"]+@/g, '$1<secret>@'],
];

export function withoutSecrets(text: string): string {
  return patterns.reduce((rest, [pattern, replacement]) => rest.replaceAll(pattern, replacement), text);
}
