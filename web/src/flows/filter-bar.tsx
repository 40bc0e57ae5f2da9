import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { setQuery } from '../router.ts';
import { t } from '../text/text.ts';
import { conditionFields, exampleOf, withCondition, writeConditions, type ConditionField } from './conditions.ts';
import type { FilterError } from './filter-error.ts';
import { useNames } from './use-names.ts';
import { filterOf, type FlowView } from './view.ts';

const example = 'proto tcp and dst port 443 and src net 10.0.0.0/8';

/** What is looked at: basic filters that are added one by one, and the expression that they make, which can be edited. */
export function FilterBar({ view, problem }: { view: FlowView; problem: FilterError | undefined }) {
  return (
    <section class="panel flows-filter" aria-label={t('flows.filter.title')}>
      <BasicFilters view={view} />
      <Expression view={view} problem={problem} />
    </section>
  );
}

function BasicFilters({ view }: { view: FlowView }) {
  const [field, setField] = useState<ConditionField>('host');
  const [value, setValue] = useState('');
  const { conditions } = view;
  const names = useNames(field, value.trim());
  const list = useId();
  const add = (event: Event) => {
    event.preventDefault();
    const trimmed = value.trim();
    if (trimmed === '') return;
    setQuery({ where: writeConditions(withCondition(conditions, { field, value: trimmed })) });
    setValue('');
  };
  return (
    <div class="flows-basic">
      <form class="flows-add" onSubmit={add}>
        <label class="field">
          <span class="field-label">{t('flows.filter.field')}</span>
          <select
            value={field}
            onChange={(event) => setField(conditionFields.find((one) => one === event.currentTarget.value) ?? 'host')}
          >
            {conditionFields.map((one) => (
              <option key={one} value={one} selected={one === field}>
                {t(`flows.filter.fields.${one}`)}
              </option>
            ))}
          </select>
        </label>
        <label class="field">
          <span class="field-label">{t('flows.filter.value')}</span>
          <input
            type="text"
            value={value}
            placeholder={t('flows.filter.example', { value: exampleOf(field) })}
            maxLength={200}
            autocomplete="off"
            spellcheck={false}
            list={list}
            onInput={(event) => setValue(event.currentTarget.value)}
          />
        </label>
        <datalist id={list}>
          {names.map((name) => (
            <option key={name} value={name} />
          ))}
        </datalist>
        <button type="submit" class="button" disabled={value.trim() === ''}>
          {t('flows.filter.add')}
        </button>
      </form>
      {conditions.length > 0 && (
        <ul class="chips" aria-label={t('flows.filter.basic')}>
          {conditions.map((condition, index) => (
            <li key={`${condition.field} ${condition.value}`} class="chip">
              <span class="quiet">{t(`flows.filter.fields.${condition.field}`)}</span> <bdi>{condition.value}</bdi>
              <button
                type="button"
                aria-label={t('flows.filter.remove', { value: condition.value })}
                onClick={() => setQuery({ where: writeConditions(conditions.toSpliced(index, 1)) })}
              >
                <Icon name="close" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

function Expression({ view, problem }: { view: FlowView; problem: FilterError | undefined }) {
  const wanted = filterOf(view);
  const [text, setText] = useState(wanted);
  const field = useRef<HTMLInputElement>(null);
  const said = useId();
  useEffect(() => setText(wanted), [wanted]);
  const apply = (event: Event) => {
    event.preventDefault();
    // Whoever edits the whole has taken over from the basic filters.
    if (text.trim() !== wanted) setQuery({ filter: text.trim(), where: undefined });
  };
  const clear = () => setQuery({ filter: undefined, where: undefined, trail: undefined });
  return (
    <form class="flows-expression" role="search" onSubmit={apply}>
      <label class="field">
        <span class="field-label">{t('flows.filter.expression')}</span>
        <input
          ref={field}
          type="text"
          class="code-input"
          value={text}
          placeholder={t('flows.filter.example', { value: example })}
          maxLength={4000}
          autocomplete="off"
          spellcheck={false}
          aria-invalid={problem !== undefined}
          aria-describedby={problem ? said : undefined}
          onInput={(event) => setText(event.currentTarget.value)}
        />
      </label>
      <button type="submit" class="button button-main" disabled={text.trim() === wanted}>
        {t('flows.filter.apply')}
      </button>
      <button type="button" class="button" disabled={wanted === ''} onClick={clear}>
        {t('flows.filter.clear')}
      </button>
      {problem && <FilterProblem id={said} problem={problem} filter={wanted} field={field} />}
    </form>
  );
}

/** The filter once more with a mark where it could not be read; a press puts the cursor there. */
function FilterProblem({
  id,
  problem,
  filter,
  field,
}: {
  id: string;
  problem: FilterError;
  filter: string;
  field: { readonly current: HTMLInputElement | null };
}) {
  const { column } = problem;
  const go = () => {
    field.current?.focus();
    if (column !== undefined) field.current?.setSelectionRange(column - 1, column - 1);
  };
  return (
    <div id={id} class="filter-problem" role="alert">
      {column !== undefined && (
        <pre>
          {filter}
          {'\n'}
          {' '.repeat(Math.max(0, column - 1))}
          <span class="filter-mark">^</span>
        </pre>
      )}
      <p>
        {column !== undefined && (
          <button type="button" class="link-button" onClick={go}>
            {t('flows.filter.column', { column })}
          </button>
        )}{' '}
        <bdi>{problem.message}</bdi>
      </p>
    </div>
  );
}
