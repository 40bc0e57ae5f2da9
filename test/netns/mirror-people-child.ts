import { readFileSync } from 'node:fs';

/** Makes operators of these names on a watcher, each with a token of their own, and prints the tokens by name. */

const [url = '', tokenFile = '', ...names] = process.argv.slice(2);
const admin = { authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` };

async function call(path: string, body: unknown, headers: Record<string, string>): Promise<Response> {
  const answer = await fetch(`${url}/api/v1${path}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', 'x-quorumwatch-request': '1', ...headers },
    body: JSON.stringify(body),
  });
  if (!answer.ok) throw new Error(`${path}: ${await answer.text()}`);
  return answer;
}

const tokens: Record<string, string> = {};
for (const name of names) {
  const password = `correct horse of ${name}`;
  await call('/users', { name, role: 'operator', password }, admin);
  const signedIn = await call('/session', { user: name, password }, {});
  const cookie = signedIn.headers
    .getSetCookie()
    .map((one) => one.split(';', 1)[0] ?? '')
    .join('; ');
  const made = await call('/account/tokens', { name: 'cli', role: 'operator' }, { cookie });
  tokens[name] = ((await made.json()) as { token: string }).token;
}
process.stdout.write(JSON.stringify(tokens));
