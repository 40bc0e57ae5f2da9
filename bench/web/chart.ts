import { median, percentile, rounded, type BenchRow } from '../bench.ts';
import { openTab, timed, type Tab } from './tab.ts';

/** Thirty days of a sample each ten seconds. */
const points = 259_200;
const drawn = '[aria-label="Latency"][aria-busy=false] .uplot canvas';

const dashboard = {
  name: 'month',
  title: 'Month',
  range: '30d',
  charts: [
    {
      title: 'Latency',
      type: 'line',
      width: 12,
      height: 5,
      queries: [{ metric: 'quorumwatch_probe_latency_seconds', where: { check: 'gateway' }, aggregate: 'p95' }],
    },
  ],
};

/** Frames while the chart is dragged along its axis: milliseconds between each and the one before. */
async function panFrames({ page }: Tab): Promise<number[]> {
  const box = await page.locator('.u-over').boundingBox();
  if (!box) throw new Error('the chart has no size');
  await page.evaluate(
    `globalThis.frames = []; globalThis.panning = true; (() => {
      let before = performance.now();
      const frame = (now) => { frames.push(now - before); before = now; if (panning) requestAnimationFrame(frame); };
      requestAnimationFrame(frame);
    })()`,
  );
  await page.keyboard.down('Shift');
  await page.mouse.move(box.x + 100, box.y + 80);
  await page.mouse.down();
  await page.mouse.move(box.x + 700, box.y + 90, { steps: 60 });
  await page.mouse.up();
  await page.keyboard.up('Shift');
  return page.evaluate<number[]>('(() => { panning = false; return frames.slice(2); })()');
}

/** A chart of a month: the API answers steps for the width of the screen, the page refines when one looks closer. */
export async function measureChart(rounds: number, log: (line: string) => void): Promise<BenchRow> {
  const tab = await openTab((stub) => {
    stub.metrics.dashboards = [{ name: 'month', title: 'Month', source: 'ledger', position: 1, document: dashboard }];
  });
  const { page, stub } = tab;
  const open: number[] = [];
  const zoom: number[] = [];
  const frames: number[] = [];
  for (let round = 0; round < rounds; round++) {
    log(`chart, round ${round + 1} of ${rounds}`);
    await page.goto(`${stub.url}/dashboards`);
    await page.locator('.dashboard-link').waitFor();
    open.push(await timed(page, `document.querySelector('.dashboard-link').click()`, drawn));
    const asked = stub.metrics.questions.length;
    await page.getByRole('button', { name: 'Zoom in' }).click();
    const from = performance.now();
    while (stub.metrics.questions.length === asked) await page.waitForTimeout(2);
    await page.locator(drawn).waitFor();
    zoom.push(performance.now() - from);
    frames.push(...(await panFrames(tab)));
  }
  await tab.close();
  return {
    part: 'chart',
    points,
    openMs: rounded(median(open)),
    zoomMs: rounded(median(zoom)),
    panFrameMs: rounded(median(frames)),
    panFrameP95Ms: rounded(percentile(frames, 95)),
  };
}
