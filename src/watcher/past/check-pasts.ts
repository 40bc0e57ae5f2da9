import type { VerdictMachine } from '../../agree/index.ts';
import type { MaintenanceWindow } from '../../model/index.ts';
import { withGaps, type CheckPast, type Span } from '../../report/index.ts';
import { maintenanceOf, type PastBook } from './past-book.ts';
import { plannedWindow, type PlannedWindow } from './planned-window.ts';

type View = Pick<ReturnType<VerdictMachine['view']>, 'check'>;

/** What is known of the past of each check between two times, in the order of their names. */
export function checkPasts(
  view: View,
  book: PastBook,
  names: readonly string[],
  { from, to, gaps }: Span & { gaps: readonly Span[] },
): CheckPast[] {
  const windows = new Map<string, PlannedWindow>();
  const spansOf = (window: MaintenanceWindow) => {
    const key = JSON.stringify(window);
    const known = windows.get(key) ?? plannedWindow(window, { from, to });
    windows.set(key, known);
    return known;
  };
  return names.map((name): CheckPast => {
    const found = view.check(name);
    const past = book.pastOf(name, { verdict: found?.verdict ?? 'unknown', since: found?.since }, from);
    const maintenance = found ? maintenanceOf(found.check, book.plans, spansOf) : [];
    return withGaps({ ...past, maintenance }, gaps);
  });
}
