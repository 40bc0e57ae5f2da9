import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { QwError } from '../../model/index.ts';

/**
 * Passwords by scrypt (RFC 7914), written as PHC strings. One at a time, whoever asks: scrypt runs in the thread pool, which
 * also writes the journal, and each takes 32 MiB.
 */

export interface ScryptParameters {
  /** Power of two of the cost N. */
  ln: number;
  /** Block size. */
  r: number;
  /** Parallelization: one after the other here. */
  p: number;
}

/** OWASP's password storage cheat sheet, 2024: one of the settings that weigh the same, with the memory of a small machine. */
export const presentParameters: ScryptParameters = { ln: 15, r: 8, p: 3 };
/** A file that was tampered with must not ask for the machine's whole memory. */
const most: ScryptParameters = { ln: 18, r: 16, p: 16 };
const saltBytes = 16;
const keyBytes = 32;
const maxWaiting = 32;

export const passwordLengths = { min: 12, max: 256 };

const phc = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/;

interface Verifier {
  parameters: ScryptParameters;
  salt: Buffer;
  key: Buffer;
}

export interface PasswordVerdict {
  right: boolean;
  /** Hashed with less than what counts now: worth hashing again while the password is at hand. */
  outdated: boolean;
}

export class Passwords {
  readonly #parameters: ScryptParameters;
  /** What nobody's password fits, so that a name that is unknown takes as long as one that is known. */
  readonly #decoy: Verifier;
  #waiting = 0;
  #line: Promise<unknown> = Promise.resolve();

  constructor(parameters: ScryptParameters = presentParameters) {
    this.#parameters = parameters;
    this.#decoy = { parameters, salt: randomBytes(saltBytes), key: randomBytes(keyBytes) };
  }

  /** The verifier to be kept. Throws OVERLOADED when too many wait. */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(saltBytes);
    const parameters = this.#parameters;
    return write({ parameters, salt, key: await this.#derive(password, salt, parameters) });
  }

  /** Without a verifier it takes as long and says no. Throws OVERLOADED when too many wait. */
  async verify(password: string, verifier: string | undefined): Promise<PasswordVerdict> {
    const { parameters, salt, key } = read(verifier) ?? this.#decoy;
    const derived = await this.#derive(password, salt, parameters);
    const right = timingSafeEqual(derived, key) && verifier !== undefined;
    const { ln, r, p } = this.#parameters;
    return { right, outdated: parameters.ln < ln || parameters.r < r || parameters.p < p };
  }

  #derive(password: string, salt: Buffer, { ln, r, p }: ScryptParameters): Promise<Buffer> {
    if (this.#waiting >= maxWaiting) {
      throw new QwError('OVERLOADED', 'too many people sign in at once', { hint: 'try again in some seconds' });
    }
    this.#waiting++;
    const cost = 2 ** ln;
    const derived = this.#line.then(
      () =>
        new Promise<Buffer>((resolve, reject) => {
          // Without normalization the same keys on another keyboard may be another password (RFC 8265, section 4.2).
          scrypt(
            password.normalize('NFC'),
            salt,
            keyBytes,
            { cost, blockSize: r, parallelization: p, maxmem: 256 * cost * r },
            (problem, key) => (problem ? reject(problem) : resolve(key)),
          );
        }),
    );
    this.#line = derived.catch(() => undefined).then(() => void this.#waiting--);
    return derived;
  }
}

function write({ parameters: { ln, r, p }, salt, key }: Verifier): string {
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$scrypt$ln=${ln},r=${r},p=${p}$${text(salt)}$${text(key)}`;
}

function read(verifier: string | undefined): Verifier | undefined {
  const [, ln, r, p, salt, key] = phc.exec(verifier ?? '') ?? [];
  if (key === undefined || salt === undefined) return undefined;
  const parameters = { ln: Number(ln), r: Number(r), p: Number(p) };
  if (parameters.ln > most.ln || parameters.r > most.r || parameters.p > most.p) return undefined;
  return { parameters, salt: Buffer.from(salt, 'base64'), key: Buffer.from(key, 'base64') };
}

/** What can be kept: throws BAD_INPUT on a password that is too short, too long, or says nothing but the name. */
export function checkPassword(password: string, name: string): void {
  const { length } = password.normalize('NFC');
  if (length < passwordLengths.min || length > passwordLengths.max) {
    throw new QwError(
      'BAD_INPUT',
      `expected a password of ${passwordLengths.min} to ${passwordLengths.max} characters`,
      {
        hint: 'four words that have nothing to do with each other are a good one',
      },
    );
  }
  const plain = password.toLowerCase();
  const isRepeated = new Set(plain).size < 5;
  const isName = plain.replaceAll(name.toLowerCase(), '').replaceAll('quorumwatch', '').length < 4;
  if (isRepeated || isName) {
    throw new QwError('BAD_INPUT', 'expected a password that nobody guesses from the name or from a few characters');
  }
}
