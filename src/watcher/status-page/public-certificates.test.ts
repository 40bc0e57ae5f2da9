import { expect, test } from 'vitest';
import type { Incident } from '../../model/index.ts';
import { PublicCertificates } from './public-certificates.ts';

const incident = (id: number) => ({ id: String(id), updates: [] }) as unknown as Incident;

test('each is made once and one after the other, and nobody can ask for all at once', async () => {
  const open: (() => void)[] = [];
  const made: string[] = [];
  const certificates = new PublicCertificates(async ({ id }) => {
    made.push(id);
    await new Promise<void>((resolve) => open.push(resolve));
    return `certificate ${id}`;
  });
  const asked = [1, 1, 2, 3, 4, 5].map((id) => certificates.of(incident(id)));
  await expect(certificates.of(incident(6))).rejects.toMatchObject({ code: 'OVERLOADED' });
  for (let id = 1; id <= 5; id++) {
    while (open.length === 0) await Promise.resolve();
    expect(made).toHaveLength(id);
    open.shift()?.();
    await asked[id];
  }
  expect(await Promise.all(asked)).toEqual([1, 1, 2, 3, 4, 5].map((id) => `certificate ${id}`));
  expect(await certificates.of(incident(3))).toBe('certificate 3');
  expect(made).toHaveLength(5);
});

test('what cannot be made is tried again by who asks next', async () => {
  let tries = 0;
  const certificates = new PublicCertificates(() =>
    ++tries === 1 ? Promise.reject(new Error('not signed yet')) : Promise.resolve('certificate'),
  );
  await expect(certificates.of(incident(1))).rejects.toThrow('not signed yet');
  expect(await certificates.of(incident(1))).toBe('certificate');
});
