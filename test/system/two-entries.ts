import type { Application } from '../../src/agree/index.ts';

/** Makes two entries of every request; each carries how many entries there were when its request was executed. */
export function twoEntries(): Application {
  let count = 0;
  return {
    execute: (request) => {
      const body = { name: Buffer.from(request).toString(), count };
      return [
        { kind: 'part', body },
        { kind: 'whole', body },
      ];
    },
    apply: () => {
      count += 1;
    },
    snapshot: () => Buffer.from(String(count)),
    restore: (snapshot) => {
      count = Number(Buffer.from(snapshot).toString());
    },
  };
}
