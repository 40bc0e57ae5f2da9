import { useState } from 'preact/hooks';
import { t } from '../text/text.ts';

/** The figures of a picture as a table: for readers, and for whoever wants the figure; made only when it is opened. */
export function TwinTable({
  label,
  head,
  rows,
}: {
  label: string;
  head: readonly string[];
  rows: () => readonly (readonly string[])[];
}) {
  const [open, setOpen] = useState(false);
  return (
    <details class="twin" onToggle={(event) => setOpen(event.currentTarget.open)}>
      <summary>{t('chart.table')}</summary>
      {open && (
        <div class="table-scroll" tabIndex={0} role="region" aria-label={label}>
          <table class="table">
            <thead>
              <tr>
                {head.map((text, index) => (
                  <th key={index} scope="col" class={index === 0 ? undefined : 'number'}>
                    <bdi>{text}</bdi>
                  </th>
                ))}
              </tr>
            </thead>
            <tbody>
              {rows().map((cells, row) => (
                <tr key={row}>
                  {cells.map((text, index) =>
                    index === 0 ? (
                      <th key={index} scope="row">
                        <bdi>{text}</bdi>
                      </th>
                    ) : (
                      <td key={index} class="number">
                        {text}
                      </td>
                    ),
                  )}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
    </details>
  );
}
