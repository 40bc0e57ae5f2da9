import { expect, test } from 'vitest';
import { addressOf, createClient } from './client.ts';
import { ProblemError, problemOf } from './problem.ts';

function setUp(answers: (Response | Error)[]) {
  const waits: number[] = [];
  const requests: { address: string; init: RequestInit }[] = [];
  let unauthorized = 0;
  const client = createClient({
    fetch: (address, init) => {
      requests.push({ address: address as string, init: init ?? {} });
      const answer = answers.shift() ?? new Error('no more answers');
      return answer instanceof Error ? Promise.reject(answer) : Promise.resolve(answer);
    },
    wait: (ms) => {
      waits.push(ms);
      return Promise.resolve();
    },
    onUnauthorized: () => unauthorized++,
  });
  return { client, waits, requests, unauthorized: () => unauthorized };
}

test('a read is tried three times, with growing waits', async () => {
  const { client, waits } = setUp([new Error('refused'), new Response('', { status: 503 }), Response.json({ a: 1 })]);
  expect(await client('GET', '/status')).toEqual({ a: 1 });
  expect(waits).toEqual([300, 600]);
});

test('retries are bounded', async () => {
  const { client, requests } = setUp([new Error('a'), new Error('b'), new Error('c'), Response.json({})]);
  await expect(client('GET', '/status')).rejects.toBeInstanceOf(ProblemError);
  expect(requests).toHaveLength(3);
});

test('a change is never sent twice and carries the request header', async () => {
  const { client, requests } = setUp([new Error('reset'), Response.json({})]);
  await expect(client('POST', '/incidents/1/notes', { body: { text: 'x' } })).rejects.toThrow('reset');
  expect(requests).toHaveLength(1);
  expect(new Headers(requests[0]?.init.headers).get('x-quorumwatch-request')).toBe('1');
});

test('a problem document becomes the error; 401 is reported', async () => {
  const problem = { type: 'about:blank', title: 'No', status: 401, code: 'UNAUTHORIZED', hint: 'give a token' };
  const { client, unauthorized } = setUp([Response.json(problem, { status: 401 })]);
  const thrown: unknown = await client('GET', '/checks').catch((error: unknown) => error);
  expect(problemOf(thrown)).toMatchObject({ code: 'UNAUTHORIZED', hint: 'give a token' });
  expect(unauthorized()).toBe(1);
});

test('an answer that is not JSON is a problem, not a crash', async () => {
  const { client } = setUp([new Response('<html>', { status: 200 }), new Response('<html>', { status: 500 })]);
  await expect(client('GET', '/checks')).rejects.toBeInstanceOf(ProblemError);
  await expect(client('GET', '/checks')).rejects.toMatchObject({ problem: { status: 500 } });
});

test('a document goes out as it is, with the type and the condition that were given', async () => {
  const { client, requests } = setUp([Response.json({})]);
  await client('PUT', '/dashboards/a', {
    text: { type: 'application/yaml', content: 'name: a' },
    headers: { 'if-match': '"7"' },
  });
  const headers = new Headers(requests[0]?.init.headers);
  expect([headers.get('content-type'), headers.get('if-match')]).toEqual(['application/yaml', '"7"']);
  expect(requests[0]?.init.body).toBe('name: a');
});

test('empty query values are left out', () => {
  expect(addressOf('/checks', { cursor: undefined, search: '', limit: 5 })).toBe('/api/v1/checks?limit=5');
});
