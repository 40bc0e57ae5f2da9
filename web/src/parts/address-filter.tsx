import { useEffect, useRef, useState } from 'preact/hooks';
import { query, setQuery } from '../router.ts';
import { Icon } from './icon.tsx';

/** Fields that narrow a list; what they say lives in the address. */

/** While somebody types the list is not asked for again with each letter. */
const typingMs = 250;

export function TextFilter({
  name,
  label,
  hint,
  isSearch = false,
}: {
  name: string;
  label: string;
  hint: string;
  isSearch?: boolean;
}) {
  const wanted = query.value.get(name) ?? '';
  const [text, setText] = useState(wanted);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  useEffect(() => setText(wanted), [wanted]);
  useEffect(() => () => clearTimeout(timer.current), []);
  const type = (next: string) => {
    setText(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => setQuery({ [name]: next.trim() }, 'replace'), typingMs);
  };
  const common = {
    placeholder: hint,
    value: text,
    maxLength: 200,
    autocomplete: 'off',
    spellcheck: false,
    onInput: (event: { currentTarget: HTMLInputElement }) => type(event.currentTarget.value),
  } as const;
  return (
    <label class={`field ${isSearch ? 'field-search' : ''}`}>
      <span class="field-label">{label}</span>
      {isSearch ? (
        <span class="search-box">
          <Icon name="search" />
          <input type="search" {...common} />
          <kbd aria-hidden="true">/</kbd>
        </span>
      ) : (
        <input type="text" {...common} />
      )}
    </label>
  );
}

export function ChoiceFilter({
  name,
  label,
  any,
  options,
}: {
  name: string;
  label: string;
  /** What the choice is called that narrows nothing. */
  any: string;
  options: readonly (readonly [string, string])[];
}) {
  const value = query.value.get(name) ?? '';
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <select value={value} onChange={(event) => setQuery({ [name]: event.currentTarget.value })}>
        {[['', any] as const, ...options].map(([key, text]) => (
          <option key={key} value={key} selected={key === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}
