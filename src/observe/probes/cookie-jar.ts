/**
 * Cookies of one host during one run (RFC 6265): set by a reply, brought along by what follows. Lifetimes and paths are of
 * no use within a run of seconds, except that a server takes a cookie away by letting it expire.
 */
const maximumCookies = 50;
const maximumBytes = 4096;

export class CookieJar {
  readonly #cookies = new Map<string, string>();

  take(lines: readonly string[]): void {
    for (const line of lines) {
      const [pair = '', ...attributes] = line.split(';');
      const at = pair.indexOf('=');
      const name = pair.slice(0, at).trim();
      if (at < 1 || line.length > maximumBytes || /[^\x21-\x7e]/.test(name)) continue;
      const isGone = attributes.some((one) => /^\s*max-age\s*=\s*(0|-\d+)\s*$/i.test(one) || isPast(one));
      if (isGone) this.#cookies.delete(name);
      else if (this.#cookies.size < maximumCookies || this.#cookies.has(name)) {
        this.#cookies.set(name, pair.slice(at + 1).trim());
      }
    }
  }

  header(): { cookie?: string } {
    if (this.#cookies.size === 0) return {};
    return { cookie: [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ') };
  }
}

/** `Expires=Thu, 01 Jan 1970 00:00:00 GMT` is how a cookie is taken away. */
function isPast(attribute: string): boolean {
  const at = /^\s*expires\s*=\s*(.+)$/i.exec(attribute)?.[1];
  return at !== undefined && Date.parse(at) < Date.parse('2000-01-01');
}
