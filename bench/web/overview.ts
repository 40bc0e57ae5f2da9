import { manyChecks } from '../../test/browser/data.ts';
import { median, rounded, type BenchRow } from '../bench.ts';
import { openTab, timed } from './tab.ts';

const checks = 10_000;

/** The list of ten thousand checks: how soon it is useful, and how quickly it does what is asked. */
export async function measureOverview(rounds: number, log: (line: string) => void): Promise<BenchRow> {
  const tab = await openTab((stub) => {
    stub.checks = manyChecks(checks);
  });
  const { page, stub } = tab;
  const paint: number[] = [];
  const complete: number[] = [];
  const filter: number[] = [];
  const open: number[] = [];
  const full: number[] = [];
  const memory: number[] = [];
  for (let round = 0; round < rounds; round++) {
    log(`overview, round ${round + 1} of ${rounds}`);
    await page.goto(`${stub.url}/?sort=name`);
    paint.push(await page.evaluate<number>('firstCheck'));
    await page.getByText('10,000 of 10,000 checks').waitFor({ timeout: 60_000 });
    complete.push(await page.evaluate<number>('performance.now()'));
    full.push(await tab.memoryMb());
    const wanted = `host-0${5000 + round}`;
    filter.push(
      await timed(
        page,
        `const field = document.querySelector('input[type=search]');
         field.value = '${wanted}';
         field.dispatchEvent(new Event('input', { bubbles: true }))`,
        `.checks[aria-rowcount="2"] .check-link[href="/checks/${wanted}"]`,
      ),
    );
    open.push(await timed(page, `document.querySelector('.check-link').click()`, '.headline'));
    // The next round begins like a new tab.
    await tab.collect();
    memory.push(await tab.memoryMb());
  }
  await tab.close();
  return {
    part: 'overview',
    checks,
    firstPaintMs: rounded(median(paint)),
    allReadMs: rounded(median(complete)),
    filterMs: rounded(median(filter)),
    openCheckMs: rounded(median(open)),
    tabMb: rounded(median(full)),
    tabCollectedMb: rounded(median(memory)),
  };
}
