import { useState } from 'preact/hooks';
import type { FlowSqlAnswer } from '../../../src/model/index.ts';
import { csv, download, fileName } from '../charts/export.ts';
import { FileMenu } from '../charts/file-menu.tsx';
import { Section } from '../parts/page.tsx';
import { Empty, Waiting } from '../parts/problem-view.tsx';
import { query, setQuery } from '../router.ts';
import { formatInteger } from '../text/format.ts';
import { t } from '../text/text.ts';
import { TrafficProblem } from './traffic-problem.tsx';
import { useAnswer } from './use-answer.ts';

const mostRows = 1000;
const example =
  'SELECT destination_port, sum(bytes * sampling) AS bytes FROM flows GROUP BY 1 ORDER BY 2 DESC LIMIT 10';

/** Read-only SQL over the records, for what no button asks. The statement lives in the address. */
export function SqlPanel() {
  const asked = query.value.get('sql') ?? '';
  const [text, setText] = useState(asked === '' ? example : asked);
  const question = asked === '' ? undefined : { sql: asked, limit: mostRows };
  const { answer, problem, busy, reload } = useAnswer<object, FlowSqlAnswer>('/flows/sql', question);
  const run = () => {
    if (text.trim() === asked) reload();
    else setQuery({ sql: text.trim() });
  };
  const title = t('flows.shows.sql');
  const asCsv = () => {
    if (answer)
      download(fileName(title, 'csv'), new Blob([csv([answer.columns, ...answer.rows])], { type: 'text/csv' }));
  };
  return (
    <Section id="sql-title" title={title} aside={answer && <FileMenu title={title} onCsv={asCsv} />}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          run();
        }}
      >
        <label class="field">
          <span class="field-label">{t('flows.sql.statement')}</span>
          <textarea
            class="code-input"
            rows={6}
            maxLength={20_000}
            spellcheck={false}
            value={text}
            onInput={(event) => setText(event.currentTarget.value)}
            onKeyDown={(event) => {
              if (event.key !== 'Enter' || !(event.ctrlKey || event.metaKey)) return;
              event.preventDefault();
              run();
            }}
          />
        </label>
        <p class="buttons">
          <button type="submit" class="button button-main" disabled={text.trim() === '' || busy}>
            {t('flows.sql.run')}
          </button>
          <span class="quiet">{t('flows.sql.hint')}</span>
        </p>
      </form>
      {problem && <TrafficProblem problem={problem} />}
      {busy && !answer && <Waiting />}
      {answer && !problem && <Result answer={answer} title={title} />}
    </Section>
  );
}

function Result({ answer, title }: { answer: FlowSqlAnswer; title: string }) {
  if (answer.rows.length === 0) return <Empty title={t('flows.sql.none')} />;
  return (
    <>
      <p class="quiet">
        {t('flows.rows', { count: answer.rows.length })}
        {answer.more && <> {t('flows.sql.more')}</>} {t('flows.sql.took', { ms: formatInteger(answer.elapsedMs) })}
      </p>
      <div class="table-scroll sql-result" tabIndex={0} role="region" aria-label={title}>
        <table class="table">
          <thead>
            <tr>
              {answer.columns.map((name, index) => (
                <th key={index} scope="col">
                  <bdi>{name}</bdi>
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {answer.rows.map((row, index) => (
              <tr key={index}>
                {row.map((value, column) => (
                  <td key={column} class={typeof value === 'number' ? 'number' : undefined}>
                    {value === null ? <span class="quiet">–</span> : <bdi>{String(value)}</bdi>}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  );
}
