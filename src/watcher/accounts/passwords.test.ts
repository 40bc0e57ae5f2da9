import { scryptSync } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { checkPassword, Passwords, presentParameters } from './passwords.ts';

/** Little work: what is tried here does not depend on how much. */
const light = { ln: 4, r: 1, p: 1 };

test('a verifier is what any scrypt makes of salt and password', async () => {
  const verifier = await new Passwords(light).hash('correct horse battery');
  const [, , parameters, salt = '', key] = verifier.split('$');
  expect(parameters).toBe('ln=4,r=1,p=1');
  const expected = scryptSync('correct horse battery', Buffer.from(salt, 'base64'), 32, {
    cost: 16,
    blockSize: 1,
    parallelization: 1,
  });
  expect(Buffer.from(key ?? '', 'base64')).toEqual(expected);
});

test('the right password and no other; what is known by nobody is nobody’s', async () => {
  const passwords = new Passwords(light);
  const verifier = await passwords.hash('caf\u00e9 au lait');
  expect(await passwords.verify('caf\u00e9 au lait', verifier)).toEqual({ right: true, outdated: false });
  // The same letters, typed with another keyboard.
  expect((await passwords.verify('cafe\u0301 au lait', verifier)).right).toBe(true);
  expect((await passwords.verify('cafe au lait', verifier)).right).toBe(false);
  expect((await passwords.verify('', undefined)).right).toBe(false);
  expect((await passwords.verify('x', '$scrypt$ln=30,r=8,p=1$aaaa$bbbb')).right).toBe(false);
  expect((await new Passwords({ ...light, ln: 5 }).verify('caf\u00e9 au lait', verifier)).outdated).toBe(true);
});

test('equal passwords have different verifiers', async () => {
  const passwords = new Passwords(light);
  expect(await passwords.hash('correct horse battery')).not.toBe(await passwords.hash('correct horse battery'));
});

test('one at a time, in a line of bounded length, that goes on after', async () => {
  const passwords = new Passwords(light);
  const tries = await Promise.allSettled(Array.from({ length: 100 }, () => passwords.verify('x', undefined)));
  expect(tries.filter(({ status }) => status === 'fulfilled')).toHaveLength(32);
  const refused = tries.find(({ status }) => status === 'rejected') as PromiseRejectedResult;
  expect(refused.reason).toMatchObject({ code: 'OVERLOADED' });
  expect((await passwords.verify('x', undefined)).right).toBe(false);
});

test('what counts now asks for 32 MiB and three passes', () => {
  const { ln, r, p } = presentParameters;
  expect((128 * r * 2 ** ln) / 1024 ** 2).toBe(32);
  expect(p).toBe(3);
});

describe('passwords that are not taken', () => {
  test.each(['short', 'a'.repeat(40), 'x'.repeat(257), 'maria-maria-maria', 'quorumwatchmaria', 'abababababab'])(
    '%s',
    (password) => {
      expect(() => checkPassword(password, 'maria')).toThrow(/expected a password/);
    },
  );
  test.each(['correct horse battery', 'パスワード は 長い ほど 良い', '🐎🔋📎✅🐎🔋📎✅🦊🐢🐙🐝'])(
    '%s is',
    (password) => {
      expect(() => checkPassword(password, 'maria')).not.toThrow();
    },
  );
});
