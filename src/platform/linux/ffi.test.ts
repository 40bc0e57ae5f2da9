import { expect, test } from 'vitest';
import { QwError } from '../../model/index.ts';
import { describeErrno, openLibc, type Libc } from './ffi.ts';
import { assertLayouts, mmsghdr } from './layouts.ts';

function libcOrReason(): Libc | string {
  try {
    return openLibc();
  } catch (error) {
    return error instanceof QwError ? error.message : 'not a QwError';
  }
}

const libc = libcOrReason();
if (typeof libc === 'string') console.warn(`skipped: system calls (${libc})`);

test.skipIf(typeof libc === 'string')('a call and its error number', () => {
  if (typeof libc === 'string') return;
  expect(libc.close(-1)).toBe(-1);
  expect(describeErrno(libc.errno()).code).toBe('EBADF');
  expect(libc.if_nametoindex('lo')).toBe(1);
});

test('the self-test refuses a machine with other layouts', () => {
  const rules = { struct: () => 0, pack: () => 0, sizeof: () => mmsghdr.size, offsetof: () => 1 };
  expect(() => assertLayouts(rules)).toThrow('mmsghdr.name lies at 1 on this machine, expected 0');
});

test('an unknown error number still has a name', () => {
  expect(describeErrno(9999)).toEqual({ code: 'ERRNO_9999', text: 'error number 9999' });
});
