import { readSecret, type SecretSource } from '../../platform/index.ts';

/** Shorter ones would strike out ordinary words. */
const shortestSecret = 4;
/** Parts of an address that are shorter are no secrets but words of its path. */
const shortestPart = 8;
const struckOut = '[secret]';

/** The secrets of one message: read afresh, and struck out of everything that is said about the sending. */
export class Confidential {
  readonly #known = new Set<string>();
  readonly #warn: (message: string) => void;

  constructor(warn: (message: string) => void) {
    this.#warn = warn;
  }

  /** Throws SECRET_UNREADABLE. */
  async read(source: SecretSource): Promise<string> {
    const value = (await readSecret(source, { warn: this.#warn })).reveal();
    this.keep(value);
    return value;
  }

  /** An address that is itself the secret, as those of incoming webhooks are: all that makes it so is one too. */
  async readUrl(source: SecretSource): Promise<string> {
    return this.keepUrl((await this.read(source)).trim());
  }

  /** `${NAME}` in the text stands for a variable of the environment; only its value is a secret. */
  async fill(text: string): Promise<string> {
    let filled = '';
    let end = 0;
    for (const match of text.matchAll(/\$\{[A-Za-z_][A-Za-z0-9_]*\}/g)) {
      filled += text.slice(end, match.index) + (await this.read({ text: match[0] }));
      end = match.index + match[0].length;
    }
    return filled + text.slice(end);
  }

  /** What is made of secrets, or stands beside one and is none of anybody's business. */
  keep(value: string): string {
    if (value.length >= shortestSecret) this.#known.add(value);
    return value;
  }

  keepUrl(text: string): string {
    this.keep(text);
    const url = URL.parse(text);
    if (!url) return text;
    for (const whole of [url.pathname + url.search, url.username, url.password]) {
      if (whole !== '/') this.keep(whole);
    }
    for (const part of [...url.pathname.split('/'), ...url.searchParams.values()]) {
      if (part.length >= shortestPart) this.keep(part);
    }
    return text;
  }

  /** The text without any secret, however a server may have written it: as it is, in JSON, in an address, in base64, in hex. */
  hide(text: string): string {
    const writings = [...this.#known].flatMap(writingsOf).sort((one, other) => other.length - one.length);
    let hidden = text;
    for (const writing of writings) hidden = hidden.replaceAll(writing, struckOut);
    return hidden;
  }
}

function writingsOf(value: string): string[] {
  const bytes = Buffer.from(value);
  return [
    value,
    encodeURIComponent(value.toWellFormed()),
    JSON.stringify(value).slice(1, -1),
    // Without padding: what follows in a longer text is struck out as far as it is the secret.
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
    bytes.toString('hex'),
  ];
}
