import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { z } from 'zod';
import { QwError, type EpochMs } from '../model/index.ts';
import { nodeDisk, replaceFile, type Clock } from '../platform/index.ts';

/** Who may do what over HTTP. A token is shown once and kept as its hash. */

export const roles = ['viewer', 'operator', 'admin'] as const;
export type Role = (typeof roles)[number];

export interface TokenInfo {
  name: string;
  role: Role;
  createdAt: EpochMs;
}

export interface Principal {
  name: string;
  role: Role;
}

const maxTokens = 1000;
const storedSchema = z.array(
  z.object({
    name: z.string(),
    role: z.enum(roles),
    createdAt: z.number(),
    sha256: z.string().regex(/^[0-9a-f]{64}$/),
  }),
);
type Stored = z.output<typeof storedSchema>[number];

export class TokenBook {
  readonly #file: string;
  readonly #clock: Clock;
  #stored: Stored[];
  /** Tokens of this run only: the one in the address that `up` prints. */
  readonly #passing: Stored[] = [];
  #changing: Promise<void> = Promise.resolve();

  private constructor(file: string, clock: Clock, stored: Stored[]) {
    this.#file = file;
    this.#clock = clock;
    this.#stored = stored;
  }

  static async open(file: string, clock: Clock): Promise<TokenBook> {
    let text: string;
    try {
      text = await readFile(file, 'utf8');
    } catch (thrown) {
      if ((thrown as NodeJS.ErrnoException).code === 'ENOENT') return new TokenBook(file, clock, []);
      throw thrown;
    }
    try {
      return new TokenBook(file, clock, storedSchema.parse(JSON.parse(text)));
    } catch (cause) {
      throw new QwError('BAD_INPUT', 'the file of tokens is damaged', {
        where: file,
        cause,
        hint: 'restore it, or delete it and make new tokens',
      });
    }
  }

  /** A token that ends with this process. */
  createPassing(name: string, role: Role): string {
    const { token, stored } = this.#make(name, role);
    this.#passing.push(stored);
    return token;
  }

  async create(name: string, role: Role): Promise<string> {
    const { token, stored } = this.#make(name, role);
    await this.#change((before) => {
      if (before.some((one) => one.name === name))
        throw new QwError('CONFLICT', `there is a token named ${name} already`);
      if (before.length >= maxTokens) throw new QwError('OVERLOADED', `there are ${maxTokens} tokens already`);
      return [...before, stored];
    });
    return token;
  }

  async remove(name: string): Promise<void> {
    await this.#change((before) => {
      const rest = before.filter((one) => one.name !== name);
      if (rest.length === before.length) throw new QwError('NOT_FOUND', `there is no token named ${name}`);
      return rest;
    });
  }

  list(): TokenInfo[] {
    return this.#stored.map(({ name, role, createdAt }) => ({ name, role, createdAt }));
  }

  find(token: string): Principal | undefined {
    return this.byHash(tokenHash(token));
  }

  /** Whoever holds the token with this hash, as long as it stands. */
  byHash(sha256: string): Principal | undefined {
    const given = Buffer.from(sha256, 'hex');
    let found: Principal | undefined;
    // All are compared, so that the time says nothing about which one fits.
    for (const one of [...this.#passing, ...this.#stored]) {
      if (timingSafeEqual(given, Buffer.from(one.sha256, 'hex'))) found = { name: one.name, role: one.role };
    }
    return found;
  }

  #make(name: string, role: Role): { token: string; stored: Stored } {
    const token = `qw_${randomBytes(24).toString('base64url')}`;
    return { token, stored: { name, role, createdAt: this.#clock.now(), sha256: tokenHash(token) } };
  }

  /** One change after the other, each upon what the one before left: none is lost. */
  #change(makeNext: (before: Stored[]) => Stored[]): Promise<void> {
    const changed = this.#changing.then(() => this.#write(makeNext));
    this.#changing = changed.catch(() => undefined);
    return changed;
  }

  async #write(makeNext: (before: Stored[]) => Stored[]): Promise<void> {
    const stored = makeNext(this.#stored);
    try {
      const text = `${JSON.stringify(stored, undefined, 2)}\n`;
      await replaceFile(nodeDisk, dirname(this.#file), basename(this.#file), Buffer.from(text));
    } catch (cause) {
      throw new QwError('DATA_UNUSABLE', 'the tokens cannot be written', { cause });
    }
    this.#stored = stored;
  }
}

export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
