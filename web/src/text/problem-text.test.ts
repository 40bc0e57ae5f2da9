import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { chooseLanguage } from './language.ts';
import { problemText } from './problem-text.ts';

const problem = {
  type: 'about:blank',
  title: 'Conflict',
  status: 409,
  code: 'CONFLICT',
  detail: 'it is resolved already',
  hint: 'read it first',
};

beforeEach(() => {
  vi.stubGlobal('document', { documentElement: { lang: 'en' } });
});
afterEach(async () => {
  await chooseLanguage('en');
  vi.unstubAllGlobals();
});

test('in English the watcher says it best', () => {
  expect(problemText(problem)).toEqual({ what: 'it is resolved already', hint: 'read it first' });
});

test('elsewhere the meaning of the code comes first, and the detail behind it', async () => {
  await chooseLanguage('ko');
  expect(problemText(problem)).toEqual({
    what: '현재 상태에서는 할 수 없습니다.',
    detail: 'it is resolved already',
    hint: '먼저 현재 상태를 읽으십시오',
  });
  expect(problemText({ ...problem, code: 'constructor' })).toMatchObject({ what: 'it is resolved already' });
  expect(problemText({ ...problem, status: 0 }).what).toBe('감시자가 응답하지 않습니다.');
});
