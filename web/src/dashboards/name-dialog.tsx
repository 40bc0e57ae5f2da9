import { useState } from 'preact/hooks';
import { Dialog } from '../parts/dialog.tsx';
import { t } from '../text/text.ts';
import { nameFrom, namePattern } from './drafts.ts';

/** Asks for the title of a new dashboard; its name follows the title until it is written by hand. */
export function NameDialog({
  heading,
  title: first,
  taken,
  onClose,
  onDone,
}: {
  heading: string;
  title: string;
  taken: readonly string[];
  onClose: () => void;
  onDone: (name: string, title: string) => void;
}) {
  const [title, setTitle] = useState(first);
  const [written, setWritten] = useState<string | undefined>(undefined);
  const name = written ?? nameFrom(title);
  const used = taken.includes(name);
  const good = title.trim() !== '' && namePattern.test(name) && !used;
  return (
    <Dialog title={heading} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (good) onDone(name, title.trim());
        }}
      >
        <label class="field">
          <span class="field-label">{t('dashboards.title')}</span>
          <input value={title} maxLength={200} required onInput={(event) => setTitle(event.currentTarget.value)} />
        </label>
        <label class="field">
          <span class="field-label">{t('dashboards.name')}</span>
          <input
            value={name}
            maxLength={63}
            spellcheck={false}
            aria-describedby="name-hint"
            aria-invalid={name !== '' && !good}
            onInput={(event) => setWritten(event.currentTarget.value)}
          />
        </label>
        <p id="name-hint" class={used ? 'field-problem' : 'quiet'}>
          {t(used ? 'dashboards.taken' : 'dashboards.nameHint')}
        </p>
        <div class="buttons">
          <button type="submit" class="button button-main" disabled={!good}>
            {t('dashboards.create')}
          </button>
          <button type="button" class="button" onClick={onClose}>
            {t('dashboards.cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}
