import { useState } from 'preact/hooks';
import type { ApiProblem } from '../../../src/model/index.ts';
import { addressOf } from '../api/client.ts';
import { problemFrom, problemOf, ProblemError } from '../api/problem.ts';
import { download } from '../charts/export.ts';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { t } from '../text/text.ts';

/** The packets as a pcapng file. Rejects with ProblemError. */
async function packetsOf(id: string, why: string): Promise<Blob> {
  const response = await fetch(addressOf(`/mirrors/${encodeURIComponent(id)}/read`), {
    method: 'POST',
    credentials: 'same-origin',
    // A header that other sites cannot send without asking.
    headers: { 'content-type': 'application/json', 'x-quorumwatch-request': '1' },
    body: JSON.stringify({ why }),
  });
  if (response.ok) return response.blob();
  throw new ProblemError(problemFrom(response.status, await response.json().catch(() => undefined)));
}

/** Asks what for, before the ledger says who. */
export function ReadDialog({ id, onClose }: { id: string; onClose: () => void }) {
  const [why, setWhy] = useState('');
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined);
  const read = async () => {
    setBusy(true);
    try {
      download(`mirror-${id}.pcapng`, await packetsOf(id, why.trim()));
      onClose();
    } catch (thrown) {
      setProblem(problemOf(thrown));
      setBusy(false);
    }
  };
  return (
    <Dialog title={t('mirrors.readTitle', { id })} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (why.trim() !== '' && !busy) void read();
        }}
      >
        {problem && <ProblemView problem={problem} />}
        <p>{t('mirrors.readText')}</p>
        <label class="field">
          <span class="field-label">{t('mirrors.why')}</span>
          <input value={why} maxLength={1000} required onInput={(event) => setWhy(event.currentTarget.value)} />
        </label>
        <div class="buttons">
          <button type="submit" class="button button-main" disabled={why.trim() === '' || busy}>
            {t('mirrors.download')}
          </button>
          <button type="button" class="button" onClick={onClose}>
            {t('mirrors.cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
