import type { ComponentChildren } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';

/** Parts of forms. What is written is kept by the field while it is not yet what the form can take. */

export function Field({
  label,
  hint,
  value,
  most,
  list,
  number,
  onChange,
}: {
  label: string;
  hint?: string;
  value: string;
  most: number;
  list?: string;
  number?: boolean;
  onChange: (value: string) => void;
}) {
  const [written, setWritten] = useState(value);
  const [focused, setFocused] = useState(false);
  const hintId = useId();
  useEffect(() => {
    if (!focused) setWritten(value);
  }, [value, focused]);
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <input
        type="text"
        inputMode={number === true ? 'decimal' : 'text'}
        value={written}
        maxLength={most}
        list={list}
        autocomplete="off"
        spellcheck={false}
        aria-describedby={hint === undefined ? undefined : hintId}
        onFocus={() => setFocused(true)}
        onBlur={() => setFocused(false)}
        onInput={(event) => {
          setWritten(event.currentTarget.value);
          onChange(event.currentTarget.value);
        }}
      />
      {hint !== undefined && (
        <span id={hintId} class="quiet field-hint">
          {hint}
        </span>
      )}
    </label>
  );
}

export function Choice<Value extends string>({
  label,
  value,
  options,
  onChange,
}: {
  label: string;
  value: Value;
  options: readonly (readonly [Value, string])[];
  onChange: (value: Value) => void;
}) {
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      <select
        value={value}
        onChange={(event) => {
          const chosen = options.find(([key]) => key === event.currentTarget.value);
          if (chosen) onChange(chosen[0]);
        }}
      >
        {options.map(([key, text]) => (
          <option key={key} value={key} selected={key === value}>
            {text}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Fields of one of several things of a kind, with a button that takes it away. */
export function NumberRow({
  legend,
  remove,
  onRemove,
  children,
}: {
  legend: string;
  remove: string;
  onRemove: () => void;
  children: ComponentChildren;
}) {
  return (
    <fieldset class="row-fields">
      <legend class="hidden-text">{legend}</legend>
      {children}
      <button type="button" class="icon-button" aria-label={`${remove}: ${legend}`} title={remove} onClick={onRemove}>
        <Icon name="close" />
      </button>
    </fieldset>
  );
}

export const withAt = <Item,>(list: readonly Item[], index: number, item: Item): Item[] => list.with(index, item);
export const without = <Item,>(list: readonly Item[], index: number): Item[] => list.toSpliced(index, 1);
