import { formatInstant, QwError, type ApiTokenEntry, type ApiUser } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import { Attempts } from './attempts.ts';
import { Passwords, type ScryptParameters } from './passwords.ts';
import type { Principal } from './principal.ts';
import { TokenBook, type NewToken, type TokenInfo } from './tokens.ts';
import { UserBook, type NewUser, type UserChange, type UserInfo } from './users.ts';

/** People and programs that may ask this watcher, and how they show who they are. */
export class Accounts {
  readonly tokens: TokenBook;
  /** Since the start; `delayed` ones were not even tried. */
  readonly signIns = { done: 0, refused: 0, delayed: 0 };
  readonly #users: UserBook;
  readonly #attempts: Attempts;

  private constructor(tokens: TokenBook, users: UserBook, attempts: Attempts) {
    this.tokens = tokens;
    this.#users = users;
    this.#attempts = attempts;
  }

  static async open(directory: string, clock: Clock, parameters?: ScryptParameters): Promise<Accounts> {
    const users = await UserBook.open(`${directory}/users.json`, clock, new Passwords(parameters));
    const roleOf = (name: string) => users.principal(name)?.principal.role;
    const tokens = await TokenBook.open(`${directory}/tokens.json`, clock, roleOf);
    return new Accounts(tokens, users, new Attempts(clock));
  }

  /** Who the user is now; `generation` goes up when sessions have to end. Undefined for one who may not enter. */
  user(name: string): { principal: Principal; generation: number } | undefined {
    return this.#users.principal(name);
  }

  isUser(name: string): boolean {
    return this.#users.get(name) !== undefined;
  }

  listUsers(): ApiUser[] {
    return this.#users.list().map(presentUser);
  }

  listTokens(owner?: string): ApiTokenEntry[] {
    return this.tokens
      .list()
      .filter((one) => owner === undefined || one.owner === owner)
      .map(presentToken);
  }

  /** Somebody else says whether it is right, and must not be asked without end. Throws what `judge` throws, TOO_MANY_ATTEMPTS. */
  async signInElsewhere<Answer>(address: string, judge: () => Promise<Answer>): Promise<Answer> {
    this.#attempts.begin(undefined, address);
    const answer = await judge();
    this.#attempts.succeeded(undefined, address);
    return answer;
  }

  /** Throws UNAUTHORIZED, the same for every reason, TOO_MANY_ATTEMPTS, OVERLOADED. */
  async signIn(name: string, password: string, address: string): Promise<void> {
    this.#attempts.begin(name, address);
    if (!(await this.#users.checkPassword(name, password)))
      throw new QwError('UNAUTHORIZED', 'the name or the password is wrong', { hint: 'try again, or ask an admin' });
    this.#attempts.succeeded(name, address);
  }

  /** Throws BAD_INPUT, CONFLICT, OVERLOADED. */
  async addUser(user: NewUser): Promise<ApiUser> {
    const taken = this.tokens.list().some((one) => one.owner === undefined && one.name === user.name);
    if (taken)
      throw new QwError('CONFLICT', `a token is named ${user.name}; what one does must not look like the other`);
    return presentUser(await this.#users.add(user));
  }

  /** Throws NOT_FOUND, CONFLICT for a change of role or access to oneself. */
  async changeUser(name: string, change: UserChange, by: Principal): Promise<ApiUser> {
    if (change.role !== undefined || change.disabled !== undefined) refuseSelf(name, by);
    return presentUser(await this.#users.change(name, change));
  }

  /** Throws NOT_FOUND, BAD_INPUT. */
  async resetPassword(name: string, password: string): Promise<void> {
    await this.#users.setPassword(name, password);
  }

  /** One's own, with the one that counted until now. Throws FORBIDDEN, BAD_INPUT, TOO_MANY_ATTEMPTS. */
  async changePassword(name: string, old: string, password: string, address: string): Promise<void> {
    this.#attempts.begin(name, address);
    if (!(await this.#users.checkPassword(name, old)))
      throw new QwError('FORBIDDEN', 'the old password is wrong', { hint: 'an admin may set a new one' });
    this.#attempts.succeeded(name, address);
    await this.#users.setPassword(name, password);
  }

  /** With the tokens of the user. Throws NOT_FOUND, CONFLICT. */
  async removeUser(name: string, by: Principal): Promise<void> {
    refuseSelf(name, by);
    await this.#users.remove(name);
    await this.tokens.removeOf(name);
  }

  /** Shown only here. Throws CONFLICT, OVERLOADED, BAD_INPUT. */
  async createToken(token: NewToken): Promise<string> {
    if (token.owner === undefined && this.isUser(token.name))
      throw new QwError('CONFLICT', `a user is named ${token.name}; what one does must not look like the other`);
    return this.tokens.create(token);
  }
}

/** Nobody locks themselves out, or leaves a watcher without the one admin who is at it. */
function refuseSelf(name: string, by: Principal): void {
  if (by.identity === 'token' ? by.name.startsWith(`${name}/`) : by.name === name)
    throw new QwError('CONFLICT', 'nobody changes their own role or access', { hint: 'another admin can' });
}

function presentUser({ createdAt, passwordChangedAt, lastSignInAt, ...user }: UserInfo): ApiUser {
  return {
    ...user,
    createdAt: formatInstant(createdAt),
    passwordChangedAt: formatInstant(passwordChangedAt),
    ...(lastSignInAt !== undefined && { lastSignInAt: formatInstant(lastSignInAt) }),
  };
}

function presentToken({ createdAt, expiresAt, usedAt, ...token }: TokenInfo): ApiTokenEntry {
  return {
    ...token,
    createdAt: formatInstant(createdAt),
    ...(expiresAt !== undefined && { expiresAt: formatInstant(expiresAt) }),
    ...(usedAt !== undefined && { lastUsedAt: formatInstant(usedAt) }),
  };
}
