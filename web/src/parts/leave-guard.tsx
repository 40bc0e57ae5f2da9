import { useEffect, useState } from 'preact/hooks';
import { setLeaveGuard } from '../router.ts';
import { t } from '../text/text.ts';
import { Dialog } from './dialog.tsx';

/** Keeps a view until somebody has said that what was changed on it may be lost. */
export function LeaveGuard({ active }: { active: boolean }) {
  const [leave, setLeave] = useState<(() => void) | undefined>(undefined);
  useEffect(() => {
    if (!active) return undefined;
    setLeaveGuard((go) => {
      setLeave(() => go);
      return true;
    });
    const onUnload = (event: BeforeUnloadEvent) => event.preventDefault();
    addEventListener('beforeunload', onUnload);
    return () => {
      setLeaveGuard(undefined);
      removeEventListener('beforeunload', onUnload);
    };
  }, [active]);
  if (!leave) return null;
  return (
    <Dialog title={t('leave.title')} onClose={() => setLeave(undefined)}>
      <div class="form">
        <p>{t('leave.text')}</p>
        <div class="buttons">
          <button type="button" class="button button-main" onClick={() => setLeave(undefined)}>
            {t('leave.stay')}
          </button>
          <button type="button" class="button" onClick={leave}>
            {t('leave.go')}
          </button>
        </div>
      </div>
    </Dialog>
  );
}
