import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { QwError, type EpochMs } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import { BookFile } from './book-file.ts';
import { lesserRole, roles, type Principal, type Role } from './principal.ts';

/** Tokens for programs. A token is shown once and kept as its hash: of 192 random bits, a plain one is enough. */

const maxTokens = 1000;
const maxTokensPerUser = 20;
/** The time of last use is written down this rarely: most requests must not write to the disk. */
const usedStepMs = 3_600_000;

const storedSchema = z.object({
  name: z.string(),
  role: z.enum(roles),
  createdAt: z.number(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  expiresAt: z.number().optional(),
  usedAt: z.number().optional(),
  owner: z.string().optional(),
});
type Stored = z.output<typeof storedSchema>;

export interface TokenInfo {
  name: string;
  role: Role;
  createdAt: EpochMs;
  expiresAt?: EpochMs;
  usedAt?: EpochMs;
  owner?: string;
}

export interface NewToken {
  name: string;
  role: Role;
  expiresAt?: EpochMs;
  /** The user whose token it is; names are unique for each. */
  owner?: string;
}

/** The role of a user now; undefined for one who is disabled or gone. */
export type RoleOfUser = (name: string) => Role | undefined;

export class TokenBook {
  readonly #book: BookFile<Stored>;
  readonly #clock: Clock;
  readonly #roleOf: RoleOfUser;
  /** Tokens of this run only: the one in the address that `up` prints. */
  readonly #passing: Stored[] = [];

  private constructor(book: BookFile<Stored>, clock: Clock, roleOf: RoleOfUser) {
    this.#book = book;
    this.#clock = clock;
    this.#roleOf = roleOf;
  }

  static async open(file: string, clock: Clock, roleOf: RoleOfUser = () => undefined): Promise<TokenBook> {
    return new TokenBook(await BookFile.open<Stored>(file, 'tokens', storedSchema), clock, roleOf);
  }

  /** A token that ends with this process. */
  createPassing(name: string, role: Role): string {
    const { token, stored } = this.#make({ name, role });
    this.#passing.push(stored);
    return token;
  }

  /** Throws CONFLICT for a name that is taken, OVERLOADED when there are too many, BAD_INPUT. */
  async create(given: NewToken): Promise<string> {
    const { token, stored } = this.#make(given);
    if (given.expiresAt !== undefined && given.expiresAt <= this.#clock.now())
      throw new QwError('BAD_INPUT', 'expected a time to come for the end of the token');
    await this.#book.change((before) => {
      const own = before.filter((one) => one.owner === given.owner);
      if (own.some((one) => one.name === given.name))
        throw new QwError('CONFLICT', `there is a token named ${given.name} already`);
      if (before.length >= maxTokens) throw new QwError('OVERLOADED', `there are ${maxTokens} tokens already`);
      if (given.owner !== undefined && own.length >= maxTokensPerUser)
        throw new QwError('CONFLICT', `a user has at most ${maxTokensPerUser} tokens`, { hint: 'revoke one' });
      return [...before, stored];
    });
    return token;
  }

  /** Throws NOT_FOUND. */
  async remove(name: string, owner?: string): Promise<void> {
    await this.#book.change((before) => {
      const rest = before.filter((one) => one.name !== name || one.owner !== owner);
      if (rest.length === before.length) throw new QwError('NOT_FOUND', `there is no token named ${name}`);
      return rest;
    });
  }

  /** All tokens of a user who is removed. */
  async removeOf(owner: string): Promise<void> {
    await this.#book.change((before) => {
      const rest = before.filter((one) => one.owner !== owner);
      return rest.length === before.length ? before : rest;
    });
  }

  list(): TokenInfo[] {
    return this.#book.items.map(({ sha256: _kept, ...info }) => info as TokenInfo);
  }

  find(token: string): Principal | undefined {
    return this.byHash(tokenHash(token));
  }

  /** Whoever holds the token with this hash, as long as it stands. */
  byHash(sha256: string): Principal | undefined {
    const given = Buffer.from(sha256, 'hex');
    let found: Stored | undefined;
    // All are compared, so that the time says nothing about which one fits.
    for (const one of [...this.#passing, ...this.#book.items]) {
      if (timingSafeEqual(given, Buffer.from(one.sha256, 'hex'))) found = one;
    }
    if (!found || (found.expiresAt !== undefined && found.expiresAt <= this.#clock.now())) return undefined;
    const role = this.#roleNow(found);
    if (!role) return undefined;
    this.#noteUse(found);
    const name = found.owner === undefined ? found.name : `${found.owner}/${found.name}`;
    return { name, role, identity: 'token' };
  }

  /** A user's token may no more than the user. */
  #roleNow({ owner, role }: Stored): Role | undefined {
    if (owner === undefined) return role;
    const most = this.#roleOf(owner);
    return most && lesserRole(role, most);
  }

  #noteUse(found: Stored): void {
    const now = this.#clock.now();
    if (now - (found.usedAt ?? 0) < usedStepMs || this.#passing.includes(found)) return;
    // A disk that refuses this must not refuse the request; what comes of the change is seen the next time.
    found.usedAt = now;
    void this.#book
      .change((before) => before.map((one) => (one.sha256 === found.sha256 ? { ...one, usedAt: now } : one)))
      .catch(() => undefined);
  }

  #make({ name, role, expiresAt, owner }: NewToken): { token: string; stored: Stored } {
    const token = `qw_${randomBytes(24).toString('base64url')}`;
    const stored: Stored = {
      name,
      role,
      createdAt: this.#clock.now(),
      sha256: tokenHash(token),
      ...(expiresAt !== undefined && { expiresAt }),
      ...(owner !== undefined && { owner }),
    };
    return { token, stored };
  }
}

export function tokenHash(token: string): string {
  return createHash('sha256').update(token).digest('hex');
}
