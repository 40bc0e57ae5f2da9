import { signal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { navigate } from '../router.ts';
import { t } from '../text/text.ts';
import { Icon } from './icon.tsx';

/** Everything can be done with the keyboard; single keys are shortcuts except while one is writing. */

export const shortcutsShown = signal(false);

const goes: Readonly<Record<string, string>> = {
  o: '/',
  i: '/incidents',
  u: '/uplinks',
  d: '/dashboards',
  t: '/flows',
  m: '/cluster',
  l: '/ledger',
  c: '/configuration',
};
/** How long after g the second key counts. */
const chordMs = 1500;

function isWriting(target: EventTarget | null): boolean {
  return (
    target instanceof HTMLElement && (target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName))
  );
}

/** Moves the focus along the main links of a list, marked with data-row. */
function moveRow(by: 1 | -1): void {
  const rows = [...document.querySelectorAll<HTMLElement>('[data-row]')];
  const at = rows.findIndex((row) => row === document.activeElement);
  const next = at === -1 ? rows[by === 1 ? 0 : rows.length - 1] : rows[at + by];
  next?.focus();
  next?.scrollIntoView({ block: 'nearest' });
}

export function startShortcuts(): () => void {
  let chordUntil = 0;
  const onKey = (event: KeyboardEvent) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    const { key } = event;
    if (isWriting(event.target)) {
      if (key === 'Escape' && event.target instanceof HTMLElement) event.target.blur();
      return;
    }
    if (performance.now() < chordUntil && goes[key] !== undefined) {
      chordUntil = 0;
      event.preventDefault();
      navigate(goes[key]);
      return;
    }
    chordUntil = 0;
    const onRow = document.activeElement?.hasAttribute('data-row') === true;
    if (key === 'g') chordUntil = performance.now() + chordMs;
    else if (key === '?') shortcutsShown.value = true;
    else if (key === '/') {
      event.preventDefault();
      const field = document.querySelector<HTMLInputElement>('input[type=search]');
      if (field) field.focus();
      else {
        navigate('/');
        requestAnimationFrame(() => document.querySelector<HTMLInputElement>('input[type=search]')?.focus());
      }
    } else if (key === 'j' || (key === 'ArrowDown' && onRow)) {
      event.preventDefault();
      moveRow(1);
    } else if (key === 'k' || (key === 'ArrowUp' && onRow)) {
      event.preventDefault();
      moveRow(-1);
    }
  };
  addEventListener('keydown', onKey);
  return () => removeEventListener('keydown', onKey);
}

export function ShortcutsDialog() {
  const dialog = useRef<HTMLDialogElement>(null);
  const shown = shortcutsShown.value;
  useEffect(() => {
    if (shown) dialog.current?.showModal();
    else dialog.current?.close();
  }, [shown]);
  const lines: [string[], string][] = [
    [['/'], t('shortcuts.search')],
    [['j', 'k'], t('shortcuts.rows')],
    [['Enter'], t('shortcuts.open')],
    [['g', 'o'], t('nav.overview')],
    [['g', 'i'], t('nav.incidents')],
    [['g', 'u'], t('nav.uplinks')],
    [['g', 'd'], t('nav.dashboards')],
    [['g', 't'], t('nav.flows')],
    [['g', 'm'], t('nav.members')],
    [['g', 'l'], t('nav.ledger')],
    [['g', 'c'], t('nav.configuration')],
    [['Ctrl', 'K'], t('palette.title')],
    [['?'], t('shortcuts.help')],
    [['Esc'], t('shortcuts.leave')],
  ];
  return (
    <dialog
      ref={dialog}
      class="dialog"
      aria-labelledby="shortcuts-title"
      onClose={() => {
        shortcutsShown.value = false;
      }}
    >
      <div class="dialog-head">
        <h2 id="shortcuts-title">{t('shortcuts.title')}</h2>
        <button type="button" class="icon-button" onClick={() => dialog.current?.close()} aria-label={t('close')}>
          <Icon name="close" />
        </button>
      </div>
      <dl class="keys">
        {lines.map(([keys, text]) => (
          <div key={text}>
            <dt>
              {keys.map((key) => (
                <kbd key={key}>{key}</kbd>
              ))}
            </dt>
            <dd>{text}</dd>
          </div>
        ))}
      </dl>
    </dialog>
  );
}
