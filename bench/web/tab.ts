import { readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser, Page } from 'playwright-core';
import { build } from 'vite';
import { launch, root } from '../../test/browser/browsing.ts';
import { startStub, type Stub } from '../../test/browser/stub-api.ts';

/** The built page in Chromium, before a stub of the API in this process, so that only the page is measured. */
export interface Tab {
  page: Page;
  stub: Stub;
  /** Of the process that draws the page: what it has to itself, in MB (proportional set size). */
  memoryMb(): Promise<number>;
  /** Lets the page give back what it no longer needs, as it does by itself when it is idle. */
  collect(): Promise<void>;
  close(): Promise<void>;
}

/** When the first element that fits was on screen, counted from the navigation; kept by the page itself. */
const watcher = `
  globalThis.seen = {};
  globalThis.watchFor = (selector) => new Promise((resolve) => {
    const look = () => document.querySelector(selector)
      ? requestAnimationFrame(() => resolve(performance.now()))
      : requestAnimationFrame(look);
    look();
  });
  globalThis.firstCheck = globalThis.watchFor('.check-link');
`;

export async function openTab(prepare: (stub: Stub) => void): Promise<Tab> {
  const folder = join(tmpdir(), `quorumwatch-bench-web-${process.pid}`);
  await build({ configFile: root('web/vite.config.ts'), logLevel: 'error', build: { outDir: folder } });
  const stub = await startStub(folder);
  prepare(stub);
  const browser = await launch();
  const context = await browser.newContext({ viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  await page.addInitScript(watcher);
  await page.goto(`${stub.url}/settings#token=${stub.token}`);
  await page.locator('main h1').waitFor();
  return {
    page,
    stub,
    memoryMb: () => rendererMemoryMb(browser),
    collect: async () => {
      const session = await context.newCDPSession(page);
      await session.send('HeapProfiler.collectGarbage');
      await session.detach();
    },
    close: async () => {
      await browser.close();
      await stub.close();
    },
  };
}

async function rendererMemoryMb(browser: Browser): Promise<number> {
  const session = await browser.newBrowserCDPSession();
  const { processInfo } = await session.send('SystemInfo.getProcessInfo');
  await session.detach();
  const sizes = processInfo
    .filter(({ type }) => type === 'renderer')
    .map(({ id }) => Number(/^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, 'utf8'))?.[1] ?? 0) / 1024);
  return Math.max(...sizes);
}

/** Milliseconds inside the page from an action to what it leads to being on screen. */
export function timed(page: Page, action: string, selector: string): Promise<number> {
  return page.evaluate<number>(
    `(async () => {
      const start = performance.now();
      ${action};
      return (await watchFor(${JSON.stringify(selector)})) - start;
    })()`,
  );
}
