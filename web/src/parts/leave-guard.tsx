import { useEffect, useState } from 'preact/hooks';
import { setLeaveGuard } from '../router.ts';
import { t } from '../text/text.ts';
import { Dialog } from './dialog.tsx';

/** Keeps a view, while its address has a key, until somebody has said that what was changed on it may be lost. */
export function LeaveGuard({ active, during }: { active: boolean; during: string }) {
  const [leave, setLeave] = useState<(() => void) | undefined>(undefined);
  useEffect(() => {
    if (!active) return undefined;
    const here = location.pathname;
    setLeaveGuard((wanted, go) => {
      if (wanted.pathname === here && wanted.searchParams.has(during)) return false;
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
