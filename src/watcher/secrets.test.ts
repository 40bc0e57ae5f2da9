import { expect, test } from 'vitest';
import { readConfigurationText } from './reading.ts';

test('what a template says of a message is no secret, what it takes from the environment is', async () => {
  const read = (body: string) =>
    readConfigurationText({
      yaml: `notify: { ops: { http: { url: "https://push.example/\${incident}", body: '${body}' } } }`,
      file: 'quorumwatch.yaml',
    });
  await expect(read('{"text": "${headline}"}')).resolves.toBeDefined();
  const missing = read('{"text": "${headline}", "key": "${QW_TEST_NOT_SET}"}');
  await expect(missing).rejects.toMatchObject({
    facts: { issues: [{ path: 'notify.ops.http.body', message: 'the variable QW_TEST_NOT_SET is not set' }] },
  });
});
