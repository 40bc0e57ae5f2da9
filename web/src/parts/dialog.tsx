import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { t } from '../text/text.ts';
import { Icon } from './icon.tsx';

/**
 * A question in front of everything else, open for as long as it is on screen. The browser keeps the focus inside and
 * gives it back to where it was; Escape leaves.
 */
export function Dialog({
  title,
  size = 'wide',
  onClose,
  children,
}: {
  title: string;
  size?: 'wide' | 'large';
  onClose: () => void;
  children: ComponentChildren;
}) {
  const dialog = useRef<HTMLDialogElement>(null);
  const gone = useRef(false);
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    // Taken from the document while open, it would leave the focus nowhere.
    return () => {
      gone.current = true;
      shown?.close();
    };
  }, []);
  return (
    <dialog
      ref={dialog}
      class={`dialog dialog-${size}`}
      aria-labelledby="dialog-title"
      onClose={() => {
        // Closed by being taken away: the event comes late, when another question may stand in its place.
        if (!gone.current) onClose();
      }}
    >
      <div class="dialog-head">
        <h2 id="dialog-title">{title}</h2>
        <button type="button" class="icon-button" onClick={() => dialog.current?.close()} aria-label={t('close')}>
          <Icon name="close" />
        </button>
      </div>
      {children}
    </dialog>
  );
}
