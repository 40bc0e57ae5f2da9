import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { inspect } from 'node:util';
import { messageOf, QwError } from '../model/index.ts';
import { systemErrorCode } from './files/disk.ts';

const limitBytes = 65_536;

/** A value that never prints: only `reveal` yields it. */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
  }

  reveal(): string {
    return this.#value;
  }

  toString(): string {
    return '[secret]';
  }

  toJSON(): string {
    return '[secret]';
  }

  [inspect.custom](): string {
    return '[secret]';
  }
}

/** A file that holds the secret, or a text in which `${NAME}` stands for a variable of the environment. */
export type SecretSource = { file: string } | { text: string };

export interface SecretReading {
  /** The process's own by default. */
  environment?: Readonly<Record<string, string | undefined>>;
  /** Told when others on this machine can read the file too. */
  warn?(message: string): void;
}

/** Reads a secret afresh, so that a replaced file counts at once. Throws SECRET_UNREADABLE, which names file or variable. */
export async function readSecret(source: SecretSource, reading: SecretReading = {}): Promise<Secret> {
  if ('text' in source) return new Secret(expand(source.text, reading.environment ?? process.env));
  const { file } = source;
  const unreadable = (why: string, cause?: unknown) =>
    new QwError('SECRET_UNREADABLE', `the secret in ${file} cannot be read: ${why}`, {
      where: file,
      facts: { file },
      cause,
    });
  let handle;
  try {
    // Without O_NONBLOCK a named pipe that nobody writes to would wait for ever.
    handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
    const status = await handle.stat();
    if (!status.isFile()) throw unreadable('it is not a file');
    if (status.size > limitBytes) throw unreadable(`it has ${status.size} bytes, at most ${limitBytes} are expected`);
    const bytes = Buffer.alloc(limitBytes);
    const { bytesRead } = await handle.read(bytes, 0, limitBytes, 0);
    const text = bytes.toString('utf8', 0, bytesRead).replace(/\r?\n$/, '');
    if (text === '') throw unreadable('it is empty');
    if ((status.mode & 0o004) !== 0)
      reading.warn?.(`${file} holds a secret and every user of this machine can read it`);
    return new Secret(text);
  } catch (error) {
    if (error instanceof QwError) throw error;
    const code = systemErrorCode(error);
    const why =
      code === 'ENOENT' ? 'there is no such file' : code === 'EACCES' ? 'permission denied' : messageOf(error);
    throw unreadable(why, error);
  } finally {
    await handle?.close();
  }
}

function expand(text: string, environment: Readonly<Record<string, string | undefined>>): string {
  return text.replaceAll(/\$\{([A-Za-z_][A-Za-z0-9_]*)\}/g, (_, name: string) => {
    const value = environment[name];
    if (value === undefined || value === '') {
      throw new QwError('SECRET_UNREADABLE', `the variable ${name} is not set`, {
        where: name,
        facts: { variable: name },
      });
    }
    return value;
  });
}

/** The text with every secret in it struck out; very short ones would strike out ordinary words and stay. */
export function redact(text: string, secrets: readonly Secret[]): string {
  let redacted = text;
  for (const secret of secrets) {
    const value = secret.reveal();
    if (value.length >= 4)
      redacted = redacted.replaceAll(value, '[secret]').replaceAll(encodeURIComponent(value), '[secret]');
  }
  return redacted;
}
