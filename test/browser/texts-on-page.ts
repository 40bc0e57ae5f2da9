import type { Page } from 'playwright-core';

/** What people read on a page, with where it stands. Names, code and figures of others are left out. */
export const readOn = (page: Page) =>
  page.evaluate<string[]>(`(() => {
    const found = new Set();
    const foreign = 'bdi, .markdown, code, pre, kbd, time, textarea, svg text, .uplot, [lang]:not(html)';
    const add = (text) => { const line = text.replace(/\\s+/g, ' ').trim(); if (line) found.add(line); };
    const walk = document.createTreeWalker(document.documentElement, NodeFilter.SHOW_TEXT);
    for (let node = walk.nextNode(); node; node = walk.nextNode()) {
      const parent = node.parentElement;
      if (parent && !parent.closest(foreign + ', script, style, noscript')) add(node.data);
    }
    for (const one of document.querySelectorAll('[aria-label], [title], [placeholder], [alt], [aria-description]')) {
      if (one.closest('bdi, code, pre, time')) continue;
      for (const name of ['aria-label', 'title', 'placeholder', 'alt', 'aria-description']) add(one.getAttribute(name) ?? '');
    }
    add(document.title);
    return [...found];
  })()`);

/** Controls and heads whose words do not fit into them. */
export const clipped = (page: Page) =>
  page.evaluate<string[]>(`[...document.querySelectorAll('button, .button, h1, h2, nav a, th, dt, label span, .badge')]
    .filter((one) => one.clientWidth > 1 && !one.closest('.hidden-text') && one.scrollWidth > one.clientWidth + 1 && getComputedStyle(one).textOverflow !== 'ellipsis'
      && getComputedStyle(one).display !== 'inline' && getComputedStyle(one).overflowX !== 'auto')
    .map((one) => one.tagName + ' ' + one.className + ': ' + one.textContent.trim().slice(0, 60))`);
