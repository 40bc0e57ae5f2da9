import type { Check } from './check.ts';

/** Each circle once, as the names along it. */
export function dependencyCircles(checks: readonly Check[]): string[][] {
  const edges = new Map(checks.map((check) => [check.name, check['depends-on']]));
  const state = new Map<string, 'open' | 'done'>();
  const circles: string[][] = [];
  // An explicit stack: a chain of 100,000 dependencies must not overflow the call stack.
  for (const start of edges.keys()) {
    if (state.has(start)) continue;
    const path: { name: string; next: number }[] = [{ name: start, next: 0 }];
    state.set(start, 'open');
    for (let top = path.at(-1); top; top = path.at(-1)) {
      const target = edges.get(top.name)?.[top.next++];
      if (target === undefined) {
        state.set(top.name, 'done');
        path.pop();
      } else if (state.get(target) === 'open') {
        circles.push(path.slice(path.findIndex((step) => step.name === target)).map((step) => step.name));
      } else if (!state.has(target) && edges.has(target)) {
        state.set(target, 'open');
        path.push({ name: target, next: 0 });
      }
    }
  }
  return circles;
}
