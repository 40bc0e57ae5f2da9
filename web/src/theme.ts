import { signal } from '@preact/signals';

/** Light or dark: what the system prefers, until somebody chooses; the choice is remembered by this browser. */
export type Theme = 'system' | 'light' | 'dark';

const storageKey = 'quorumwatch-theme';
export const themes: readonly Theme[] = ['system', 'light', 'dark'];

/** Storage may be forbidden by the browser; the page then simply forgets. */
function remembered(): Theme {
  try {
    const stored = localStorage.getItem(storageKey);
    return themes.find((one) => one === stored) ?? 'system';
  } catch {
    return 'system';
  }
}

/** False when it could not be remembered; it is shown all the same. */
function remember(choice: Theme): boolean {
  try {
    if (choice === 'system') localStorage.removeItem(storageKey);
    else localStorage.setItem(storageKey, choice);
    return true;
  } catch {
    return false;
  }
}

export const theme = signal<Theme>('system');
/** What is on screen now; charts take their colours anew when it changes. */
export const shownTheme = signal<'light' | 'dark'>('light');

let systemDark: MediaQueryList | undefined;

function show(): void {
  const dark = theme.value === 'system' ? systemDark?.matches === true : theme.value === 'dark';
  shownTheme.value = dark ? 'dark' : 'light';
  document.documentElement.dataset['theme'] = shownTheme.value;
}

export function startTheme(): void {
  theme.value = remembered();
  systemDark = matchMedia('(prefers-color-scheme: dark)');
  systemDark.addEventListener('change', show);
  show();
}

export function chooseTheme(choice: Theme): void {
  theme.value = choice;
  show();
  remember(choice);
}

export function nextTheme(): void {
  chooseTheme(themes[(themes.indexOf(theme.value) + 1) % themes.length] ?? 'system');
}
