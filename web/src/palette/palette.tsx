import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { checkList, startCheckList } from '../overview/check-list.ts';
import { Name } from '../parts/bidi.tsx';
import { Icon } from '../parts/icon.tsx';
import { t } from '../text/text.ts';
import { askedEntries, checkEntries, fixedEntries, type Entry } from './entries.ts';
import { fuzzyBest } from './fuzzy.ts';
import { paletteShown } from './shown.ts';

const shownEntries = 12;

const optionId = (index: number) => `palette-option-${index}`;

/** One field that leads anywhere: a combobox as WAI-ARIA has it (editable, with a list that the arrow keys walk). */
export function Palette() {
  const dialog = useRef<HTMLDialogElement>(null);
  const [wanted, setWanted] = useState('');
  const [at, setAt] = useState(0);
  const [asked, setAsked] = useState<readonly Entry[]>([]);
  useEffect(() => {
    const shown = dialog.current;
    shown?.showModal();
    return () => shown?.close();
  }, []);
  useEffect(startCheckList, []);
  useEffect(() => {
    const abort = new AbortController();
    void askedEntries(abort.signal).then((entries) => {
      if (!abort.signal.aborted) setAsked(entries);
    });
    return () => abort.abort();
  }, []);
  const { rows } = checkList.value;
  const checks = useMemo(() => checkEntries(rows), [rows]);
  const fixed = useMemo(fixedEntries, []);
  const found = fuzzyBest(wanted, [...fixed, ...asked, ...checks], ({ text }) => text, shownEntries);
  const chosen = Math.min(at, found.length - 1);
  const run = (entry: Entry | undefined) => {
    if (!entry) return;
    paletteShown.value = false;
    entry.run();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step !== 0 && found.length > 0) {
      event.preventDefault();
      setAt((chosen + step + found.length) % found.length);
    } else if (event.key === 'Enter') {
      event.preventDefault();
      run(found[chosen]);
    }
  };
  return (
    <dialog
      ref={dialog}
      class="dialog palette"
      aria-label={t('palette.title')}
      onClose={() => {
        paletteShown.value = false;
      }}
      onClick={(event) => {
        if (event.target === dialog.current) dialog.current?.close();
      }}
    >
      <div class="palette-field">
        <Icon name="search" />
        <input
          type="text"
          role="combobox"
          aria-expanded={found.length > 0}
          aria-controls="palette-list"
          aria-autocomplete="list"
          aria-activedescendant={found.length > 0 ? optionId(chosen) : undefined}
          aria-label={t('palette.field')}
          placeholder={t('palette.field')}
          value={wanted}
          maxLength={200}
          autocomplete="off"
          spellcheck={false}
          onInput={(event) => {
            setWanted(event.currentTarget.value);
            setAt(0);
          }}
          onKeyDown={onKeyDown}
        />
      </div>
      <ul id="palette-list" class="palette-list" role="listbox" aria-label={t('palette.results')}>
        {found.map((entry, index) => (
          <li
            key={entry.key}
            id={optionId(index)}
            role="option"
            aria-selected={index === chosen}
            onClick={() => run(entry)}
            onPointerMove={({ movementX, movementY }) => {
              // Browsers also tell of a move when the list has scrolled beneath a pointer that rests.
              if (movementX !== 0 || movementY !== 0) setAt(index);
            }}
          >
            <Name text={entry.title} />
            <span class="quiet">{t(`palette.kinds.${entry.kind}`)}</span>
          </li>
        ))}
      </ul>
      {found.length === 0 && (
        <p class="palette-none quiet" role="status">
          {t('palette.none')}
        </p>
      )}
    </dialog>
  );
}
