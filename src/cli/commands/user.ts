import { randomInt } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { Command, Option } from 'commander';
import { messageOf, QwError, type ApiUser } from '../../model/index.ts';
import { Client, withClient, type ClientOptions } from '../client.ts';
import { Output } from '../output.ts';
import { readHidden } from '../read-hidden.ts';

const roles = ['viewer', 'operator', 'admin'];

type Options = ClientOptions & { json?: boolean };
type PasswordOptions = Options & { passwordFile?: string; generate?: boolean };

export function userCommand(): Command {
  const command = new Command('user').description('People who sign in with a password');
  const inner = (name: string, description: string) =>
    withClient(new Command(name).description(description)).option('--json', 'print JSON');
  const withPassword = (one: Command) =>
    one
      .option('--password-file <file>', 'a file that holds the password (default: it is asked for)')
      .option('--generate', 'make a password and print it once');
  const at = (name: string) => `/users/${encodeURIComponent(name)}`;
  const simple = (
    verb: string,
    description: string,
    done: string,
    carryOut: (client: Client, name: string) => Promise<unknown>,
  ) =>
    inner(verb, description)
      .argument('<name>')
      .action(async (name: string, options: Options) => {
        await carryOut(await Client.open(options), name);
        new Output(options.json ?? false).result({ name, done }, () => [`${done} ${name}`]);
      });

  command.addCommand(
    withPassword(inner('add', 'Add a user; the first admin is made so'))
      .argument('<name>')
      .addOption(new Option('--role <role>').choices(roles).default('viewer'))
      .option('--display-name <text>', 'what people call them')
      .action(async (name: string, options: PasswordOptions & { role: string; displayName?: string }) => {
        const client = await Client.open(options);
        const { password, shown } = await passwordFor(name, options);
        const { role, displayName } = options;
        const user = await client.post<ApiUser>('/users', {
          name,
          role,
          password,
          ...(displayName !== undefined && { displayName }),
        });
        new Output(options.json ?? false).result({ ...user, ...shown }, () => [
          `added ${user.name} (${user.role})`,
          ...(shown ? [shown.password] : []),
        ]);
      }),
  );
  command.addCommand(
    inner('list', 'Users').action(async (options: Options) => {
      const { items } = await (await Client.open(options)).get<{ items: ApiUser[] }>('/users');
      const output = new Output(options.json ?? false);
      output.result(items, () =>
        output.table(
          ['name', 'role', 'display name', 'last sign-in', 'state'],
          items.map((one) => [
            one.name,
            one.role,
            one.displayName ?? '-',
            one.lastSignInAt ?? '-',
            one.disabled ? 'disabled' : 'enabled',
          ]),
        ),
      );
    }),
  );
  command.addCommand(
    inner('role', 'Change what a user may do')
      .argument('<name>')
      .argument('<role>', roles.join(', '))
      .action(async (name: string, role: string, options: Options) => {
        if (!roles.includes(role)) throw new QwError('BAD_INPUT', `expected ${roles.join(', ')}, found ${role}`);
        const user = await (await Client.open(options)).put<ApiUser>(at(name), { role });
        new Output(options.json ?? false).result(user, () => [`${user.name} is ${user.role}`]);
      }),
  );
  command.addCommand(
    withPassword(inner('password', 'Set the password of a user, who is signed out everywhere'))
      .argument('<name>')
      .action(async (name: string, options: PasswordOptions) => {
        const client = await Client.open(options);
        const { password, shown } = await passwordFor(name, options);
        await client.put(`${at(name)}/password`, { password });
        new Output(options.json ?? false).result({ name, ...shown }, () => [
          `set the password of ${name}`,
          ...(shown ? [shown.password] : []),
        ]);
      }),
  );
  command.addCommand(
    simple('disable', 'Keep a user out; signed out at once', 'disabled', (client, name) =>
      client.put(at(name), { disabled: true }),
    ),
  );
  command.addCommand(
    simple('enable', 'Let a user in again', 'enabled', (client, name) => client.put(at(name), { disabled: false })),
  );
  command.addCommand(
    simple('remove', 'Remove a user with all tokens', 'removed', (client, name) => client.delete(at(name))),
  );
  return command;
}

interface Given {
  password: string;
  /** Only one that was made here is printed. */
  shown?: { password: string };
}

async function passwordFor(name: string, { passwordFile, generate }: PasswordOptions): Promise<Given> {
  if (generate) {
    const password = generated();
    return { password, shown: { password } };
  }
  if (passwordFile !== undefined) return { password: await readPassword(passwordFile) };
  const questions = [`Password of ${name}: `, 'Once more: '].slice(0, process.stdin.isTTY ? 2 : 1);
  const [password = '', again = password] = await readHidden(questions);
  if (again !== password) throw new QwError('BAD_INPUT', 'the two passwords are not the same');
  return { password };
}

async function readPassword(file: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).replace(/\r?\n$/, '');
  } catch (cause) {
    throw new QwError('SECRET_UNREADABLE', `cannot read the password: ${messageOf(cause)}`, { where: file, cause });
  }
}

/** 100 random bits in letters and digits that nobody takes for each other. */
function generated(): string {
  const characters = 'abcdefghijkmnpqrstuvwxyz23456789';
  const group = () => Array.from({ length: 5 }, () => characters[randomInt(characters.length)]).join('');
  return [group(), group(), group(), group()].join('-');
}
