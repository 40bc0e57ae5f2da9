import { z } from 'zod';
import { QwError } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import { BookFile } from './book-file.ts';
import { checkPassword, type Passwords } from './passwords.ts';
import { namePattern, roles, type Principal, type Role } from './principal.ts';

/**
 * People with a password of their own, kept in the data folder of one watcher. Verifiers of passwords are not in the ledger:
 * it is copied to every member and observer, and never forgets, so that whoever gets one copy could try passwords for ever.
 */

const maxUsers = 1000;

const storedSchema = z.object({
  name: z.string(),
  displayName: z.string().optional(),
  role: z.enum(roles),
  verifier: z.string(),
  disabled: z.boolean(),
  createdAt: z.number(),
  passwordChangedAt: z.number(),
  lastSignInAt: z.number().optional(),
  /** Goes up whenever sessions have to end. */
  generation: z.int(),
});
type Stored = z.output<typeof storedSchema>;

export type UserInfo = Omit<Stored, 'verifier' | 'generation'>;

export interface NewUser {
  name: string;
  displayName?: string | undefined;
  role: Role;
  password: string;
}

export interface UserChange {
  displayName?: string | undefined;
  role?: Role | undefined;
  disabled?: boolean | undefined;
}

export class UserBook {
  readonly #book: BookFile<Stored>;
  readonly #clock: Clock;
  readonly #passwords: Passwords;

  private constructor(book: BookFile<Stored>, clock: Clock, passwords: Passwords) {
    this.#book = book;
    this.#clock = clock;
    this.#passwords = passwords;
  }

  static async open(file: string, clock: Clock, passwords: Passwords): Promise<UserBook> {
    return new UserBook(await BookFile.open<Stored>(file, 'users', storedSchema), clock, passwords);
  }

  list(): UserInfo[] {
    return this.#book.items.map(infoOf);
  }

  get(name: string): UserInfo | undefined {
    const found = this.#find(name);
    return found && infoOf(found);
  }

  /** Throws BAD_INPUT, CONFLICT for a name that is taken, OVERLOADED. */
  async add({ name, displayName, role, password }: NewUser): Promise<UserInfo> {
    if (!namePattern.test(name)) {
      throw new QwError('BAD_INPUT', 'expected a name of at most 60 letters, digits, dots, dashes and underscores');
    }
    checkPassword(password, name);
    const verifier = await this.#passwords.hash(password);
    const now = this.#clock.now();
    const stored: Stored = {
      name,
      ...(displayName !== undefined && { displayName }),
      role,
      verifier,
      disabled: false,
      createdAt: now,
      passwordChangedAt: now,
      // Above that of a user of this name who was removed.
      generation: now,
    };
    await this.#book.change((before) => {
      // Two names that differ in capitals only would be taken for each other.
      if (before.some((one) => one.name.toLowerCase() === name.toLowerCase()))
        throw new QwError('CONFLICT', `there is a user named ${name} already`);
      if (before.length >= maxUsers) throw new QwError('OVERLOADED', `there are ${maxUsers} users already`);
      return [...before, stored];
    });
    return infoOf(stored);
  }

  /** Throws NOT_FOUND. Who is disabled is signed out. */
  async change(name: string, change: UserChange): Promise<UserInfo> {
    return this.#replace(name, (before) => {
      const { displayName = before.displayName, role = before.role, disabled = before.disabled } = change;
      const { displayName: _old, ...rest } = before;
      return {
        ...rest,
        ...(displayName !== undefined && displayName !== '' && { displayName }),
        role,
        disabled,
        generation: disabled && !before.disabled ? before.generation + 1 : before.generation,
      };
    });
  }

  /** Throws NOT_FOUND, BAD_INPUT. Signs out all sessions of the user. */
  async setPassword(name: string, password: string): Promise<void> {
    if (!this.#find(name)) throw noSuchUser(name);
    checkPassword(password, name);
    const verifier = await this.#passwords.hash(password);
    const passwordChangedAt = this.#clock.now();
    await this.#replace(name, (before) => ({
      ...before,
      verifier,
      passwordChangedAt,
      generation: before.generation + 1,
    }));
  }

  /** Throws NOT_FOUND. */
  async remove(name: string): Promise<void> {
    await this.#book.change((before) => {
      const rest = before.filter((one) => one.name !== name);
      if (rest.length === before.length) throw noSuchUser(name);
      return rest;
    });
  }

  /** Takes equally long for a name that nobody has. Throws OVERLOADED. */
  async checkPassword(name: string, password: string): Promise<boolean> {
    const found = this.#find(name);
    const { right, outdated } = await this.#passwords.verify(password, found?.verifier);
    if (!found || !right || found.disabled) return false;
    const verifier = outdated ? await this.#passwords.hash(password) : found.verifier;
    const lastSignInAt = this.#clock.now();
    await this.#book.change((before) =>
      before.map((one) =>
        // Whatever was set while this one waited in line counts.
        one.name === name && one.verifier === found.verifier ? { ...one, verifier, lastSignInAt } : one,
      ),
    );
    return true;
  }

  /** Who the user is now, and of which generation sessions must be; undefined for one who may not enter. */
  principal(name: string): { principal: Principal; generation: number } | undefined {
    const found = this.#find(name);
    if (!found || found.disabled) return undefined;
    const { displayName, role, generation } = found;
    return {
      principal: { name, role, identity: 'user', ...(displayName !== undefined && { displayName }) },
      generation,
    };
  }

  #find(name: string): Stored | undefined {
    return this.#book.items.find((one) => one.name === name);
  }

  async #replace(name: string, makeNext: (before: Stored) => Stored): Promise<UserInfo> {
    let after: Stored | undefined;
    await this.#book.change((before) =>
      before.map((one) => {
        if (one.name !== name) return one;
        after = makeNext(one);
        return after;
      }),
    );
    if (!after) throw noSuchUser(name);
    return infoOf(after);
  }
}

function infoOf({ verifier: _kept, generation: _own, ...info }: Stored): UserInfo {
  return info;
}

function noSuchUser(name: string): QwError {
  return new QwError('NOT_FOUND', `there is no user named ${name}`);
}
