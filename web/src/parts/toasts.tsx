import { signal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { clockAheadMs, onLedgerEvent } from '../api/live.ts';
import { incidentHref } from '../router.ts';
import { incidentTitle } from '../text/incident-title.ts';
import { t } from '../text/text.ts';
import { Icon } from './icon.tsx';
import { StateMark } from './state.tsx';

/** New and ended incidents, said once, politely, on screen and to screen readers. */

interface Toast {
  key: number;
  incident: string;
  title: string;
  resolved: boolean;
}

const maxToasts = 3;
const toastMs = 12_000;
/** What a reconnected stream catches up on is news only for so long. */
const newsAgeMs = 600_000;
const toasts = signal<readonly Toast[]>([]);

const dismiss = (key: number) => {
  toasts.value = toasts.value.filter((toast) => toast.key !== key);
};

export function Toasts() {
  useEffect(
    () =>
      onLedgerEvent((event) => {
        if (event.kind !== 'incident' || Date.now() + clockAheadMs.peek() - Date.parse(event.time) > newsAgeMs) return;
        const { id, check, title, updates } = (event.body ?? {}) as {
          id?: unknown;
          check?: unknown;
          title?: unknown;
          updates?: { kind?: unknown }[];
        };
        const kind = Array.isArray(updates) ? updates.at(-1)?.kind : undefined;
        if (typeof id !== 'string' || (kind !== 'opened' && kind !== 'resolved')) return;
        const toast = {
          key: event.position,
          incident: id,
          title: typeof title === 'string' && typeof check === 'string' ? incidentTitle({ title, check }) : event.text,
          resolved: kind === 'resolved',
        };
        toasts.value = [...toasts.value, toast].slice(-maxToasts);
        setTimeout(() => dismiss(toast.key), toastMs);
      }),
    [],
  );
  return (
    <div class="toasts" role="log" aria-live="polite" aria-label={t('toasts.label')}>
      {toasts.value.map((toast) => (
        <div key={toast.key} class="toast">
          <StateMark state={toast.resolved ? 'up' : 'down'} />
          <div class="toast-text">
            <strong>{toast.resolved ? t('toasts.resolved') : t('toasts.opened')}</strong>
            <a href={incidentHref(toast.incident)}>
              <bdi>{toast.title}</bdi>
            </a>
          </div>
          <button type="button" class="icon-button" onClick={() => dismiss(toast.key)} aria-label={t('toasts.dismiss')}>
            <Icon name="close" />
          </button>
        </div>
      ))}
    </div>
  );
}
