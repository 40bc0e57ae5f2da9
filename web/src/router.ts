import { batch, signal } from '@preact/signals';

/** History routing: the address is the state of the view, so that every view has a link, filters and time range included. */

/** Path without a trailing slash, undecoded. */
export const path = signal('/');
export const query = signal<URLSearchParams>(new URLSearchParams());

function readAddress(): void {
  const trimmed = location.pathname.replace(/(?<=.)\/+$/, '');
  batch(() => {
    path.value = trimmed;
    query.value = new URLSearchParams(location.search);
  });
  shown = location.pathname + location.search;
}

/** The browser has gone already when it says so: a view that stays is put back on top. */
function onBack(): void {
  const wanted = location.pathname + location.search;
  const leave = () => {
    guard = undefined;
    navigate(wanted);
  };
  if (guard?.(new URL(location.href), leave) === true) history.pushState(null, '', shown);
  else readAddress();
}

/** Asked before the address changes; true: it stays, and whoever said so may go on with `leave` later. */
export type LeaveGuard = (wanted: URL, leave: () => void) => boolean;
let guard: LeaveGuard | undefined;
/** Where the page is, for Back from a view that wants to stay. */
let shown = '';

/** At most one view guards what was not saved; undefined ends it. */
export function setLeaveGuard(next: LeaveGuard | undefined): void {
  guard = next;
}

/** Goes to an address of the page itself. */
export function navigate(href: string, how: 'push' | 'replace' = 'push'): void {
  const before = location.pathname;
  const again = () => {
    guard = undefined;
    navigate(href, how);
  };
  if (guard?.(new URL(href, location.href), again) === true) return;
  if (how === 'push') history.pushState(null, '', href);
  else history.replaceState(null, '', href);
  readAddress();
  if (how === 'push' && location.pathname !== before) scrollTo(0, 0);
}

/** The address of this view with some query keys changed; an empty value takes the key out. */
export function withQuery(
  current: URLSearchParams,
  changes: Readonly<Record<string, string | undefined>>,
  at: string,
): string {
  const next = new URLSearchParams(current);
  for (const [key, value] of Object.entries(changes)) {
    if (value === undefined || value === '') next.delete(key);
    else next.set(key, value);
  }
  const text = next.toString();
  return text === '' ? at : `${at}?${text}`;
}

/** Changes query keys of this view. Typing replaces the address; a choice is a step that Back undoes. */
export function setQuery(
  changes: Readonly<Record<string, string | undefined>>,
  how: 'push' | 'replace' = 'push',
): void {
  navigate(withQuery(query.value, changes, location.pathname), how);
}

/** `/checks/:name` against a path; undefined when it does not match or is not decodable. */
export function matchPath(pattern: string, given: string): Record<string, string> | undefined {
  const wanted = pattern.split('/');
  const found = given.split('/');
  if (wanted.length !== found.length) return undefined;
  const parameters: Record<string, string> = {};
  for (const [index, part] of wanted.entries()) {
    const piece = found[index] ?? '';
    if (!part.startsWith(':')) {
      if (part !== piece) return undefined;
      continue;
    }
    try {
      parameters[part.slice(1)] = decodeURIComponent(piece);
    } catch {
      return undefined;
    }
    if (piece === '') return undefined;
  }
  return parameters;
}

export const checkHref = (name: string): string => `/checks/${encodeURIComponent(name)}`;
export const dashboardHref = (name: string): string => `/dashboards/${encodeURIComponent(name)}`;
/** The path from one watcher to another. */
export const pathHref = (from: string, to: string): string =>
  `/performance/${encodeURIComponent(from)}/${encodeURIComponent(to)}`;
export const groupHref = (name: string): string => `/groups/${encodeURIComponent(name)}`;
export const alertHref = (name: string): string => `/alerts/${encodeURIComponent(name)}`;
export const objectiveHref = (name: string): string => `/objectives/${encodeURIComponent(name)}`;
export const incidentHref = (id: string): string => `/incidents/${encodeURIComponent(id)}`;

/** Plain links work as views without a component of their own: clicks on them are taken over here. */
export function startRouter(): void {
  readAddress();
  addEventListener('popstate', onBack);
  document.addEventListener('click', (event) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return;
    const link = event.target instanceof Element ? event.target.closest('a') : null;
    if (!link || link.target || link.origin !== location.origin || link.hasAttribute('download')) return;
    if (link.hash && link.pathname === location.pathname) return;
    if (link.pathname.startsWith('/api/')) return;
    event.preventDefault();
    navigate(link.pathname + link.search);
  });
}
