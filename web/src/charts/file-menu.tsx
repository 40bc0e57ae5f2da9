import type { ComponentChildren } from 'preact';
import { useRef } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { t } from '../text/text.ts';

/** What can be saved of a chart, behind three points; a press saves and closes. */
export function FileMenu({
  title,
  onCsv,
  onPng,
  note,
}: {
  title: string;
  onCsv: () => void;
  /** Tables have no picture. */
  onPng?: () => void;
  note?: ComponentChildren;
}) {
  const menu = useRef<HTMLDetailsElement>(null);
  const act = (work: () => void) => () => {
    work();
    if (menu.current) menu.current.open = false;
  };
  return (
    <details
      ref={menu}
      class="chart-menu"
      onFocusOut={(event) => {
        const next = event.relatedTarget;
        if (menu.current && !(next instanceof Node && menu.current.contains(next))) menu.current.open = false;
      }}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || !menu.current?.open) return;
        menu.current.open = false;
        menu.current.querySelector('summary')?.focus();
      }}
    >
      <summary class="icon-button" aria-label={t('charts.menu', { title })}>
        <Icon name="more" />
      </summary>
      <div class="menu">
        <button type="button" onClick={act(onCsv)}>
          {t('charts.csv')}
        </button>
        {onPng && (
          <button type="button" onClick={act(onPng)}>
            {t('charts.png')}
          </button>
        )}
        {note !== undefined && <p class="quiet">{note}</p>}
      </div>
    </details>
  );
}
