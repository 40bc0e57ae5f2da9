import { useEffect, useState } from 'preact/hooks';
import type { Dashboard } from '../../../src/model/index.ts';
import { request } from '../api/session.ts';
import type { Choices } from '../charts/question.ts';
import { query, setQuery } from '../router.ts';
import { t } from '../text/text.ts';

type Variable = Dashboard['variables'][number];

/** Offered at most; any other value can be written. */
const mostOffered = 500;
const prefix = 'var-';

/** What the address says is chosen. */
export function choicesFrom(address: URLSearchParams, variables: readonly Variable[]): Choices {
  return Object.fromEntries(
    variables.map(({ name }) => [name, address.getAll(prefix + name).flatMap((text) => (text === '' ? [] : [text]))]),
  );
}

/** Choices above the charts; each lives in the address. */
export function Variables({ variables }: { variables: readonly Variable[] }) {
  if (variables.length === 0) return null;
  return (
    <search class="variables">
      {variables.map((variable) => (
        <VariableField key={variable.name} variable={variable} />
      ))}
    </search>
  );
}

function VariableField({ variable }: { variable: Variable }) {
  const { name, label, metric, title } = variable;
  const [values, setValues] = useState<readonly string[]>([]);
  const chosen = query.value.get(prefix + name) ?? '';
  const [written, setWritten] = useState(chosen);
  useEffect(() => setWritten(chosen), [chosen]);
  useEffect(() => {
    if (metric === undefined) return undefined;
    const abort = new AbortController();
    request<{ values: string[] }>('GET', '/metrics/labels', {
      query: { metric, label, limit: mostOffered },
      signal: abort.signal,
    })
      .then((answer) => setValues(answer.values))
      // Without offers a value can still be written.
      .catch(() => undefined);
    return () => abort.abort();
  }, [metric, label]);
  const choose = (value: string) => setQuery({ [prefix + name]: value.trim() });
  const list = `values-${name}`;
  return (
    <label class="field variable">
      <span class="field-label">
        <bdi>{title ?? name}</bdi>
      </span>
      <input
        type="text"
        list={list}
        value={written}
        placeholder={t('dashboards.everything')}
        aria-label={t('dashboards.choose', { title: title ?? name })}
        autocomplete="off"
        spellcheck={false}
        maxLength={1024}
        onInput={(event) => {
          const { value } = event.currentTarget;
          setWritten(value);
          if (value === '' || values.includes(value)) choose(value);
        }}
        onKeyDown={(event) => {
          if (event.key === 'Enter') choose(event.currentTarget.value);
        }}
        onBlur={(event) => {
          if (event.currentTarget.value !== chosen) choose(event.currentTarget.value);
        }}
      />
      <datalist id={list}>
        {values.map((value) => (
          <option key={value} value={value} />
        ))}
      </datalist>
    </label>
  );
}
