import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import axe from 'axe-core';
import { chromium, type Browser, type Page } from 'playwright-core';

/** What every test in the browser needs. */

const executable = '/usr/bin/chromium';
export const present = existsSync(executable);
if (!present) console.warn(`skipped: ${executable} not found; install it with: apt-get install chromium`);

export const root = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
export const pictures = root('test-output');
const flags = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];

export const launch = (): Promise<Browser> =>
  chromium.launch({ executablePath: executable, headless: true, args: flags });

/** Errors of the page and refusals by the content security policy go into `complaints`. */
export function listen(page: Page, complaints: string[]): void {
  page.setDefaultTimeout(10_000);
  page.on('pageerror', (error) => complaints.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error' && !message.text().startsWith('Failed to load resource'))
      complaints.push(message.text());
  });
}

/** Findings of axe-core that matter: serious and critical ones. */
export async function findings(page: Page): Promise<string[]> {
  // The checker comes in by the debugger's door: the page's own policy would refuse it, as it should.
  await page.evaluate(axe.source);
  return page.evaluate(async () => {
    const checker = (globalThis as unknown as { axe: { run: () => Promise<{ violations: AxeFinding[] }> } }).axe;
    const { violations } = await checker.run();
    return violations
      .filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 120)).join(' | ')}`);
  });
}

interface AxeFinding {
  id: string;
  impact: string;
  nodes: { html: string }[];
}

/** How many pixels the page is wider than the window; as text, since the tests know no document. */
export const overflow = (page: Page) =>
  page.evaluate<number>('document.documentElement.scrollWidth - document.documentElement.clientWidth');

const waitingCharts =
  "document.querySelectorAll('.chart-card').length === 0 || document.querySelectorAll('.chart-card[aria-busy=true] .waiting, main > .waiting').length > 0";
const settleMs = 10_000;
const pollMs = 50;

/** No chart is waiting for figures any more; asked by the debugger's door, since the page's policy forbids evaluation. */
export async function settled(page: Page): Promise<void> {
  const until = performance.now() + settleMs;
  while (await page.evaluate<boolean>(waitingCharts)) {
    if (performance.now() > until) throw new Error('charts are still waiting for figures');
    await wait(pollMs);
  }
}

/** The file that the page hands out when something is pressed. */
export async function downloaded(page: Page, press: () => Promise<void>): Promise<{ name: string; content: Buffer }> {
  const [download] = await Promise.all([page.waitForEvent('download'), press()]);
  return { name: download.suggestedFilename(), content: await readFile(await download.path()) };
}
