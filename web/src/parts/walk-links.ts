const steps: Readonly<Record<string, readonly [rows: number, columns: number]>> = {
  ArrowUp: [-1, 0],
  ArrowDown: [1, 0],
  ArrowLeft: [0, -1],
  ArrowRight: [0, 1],
};

/** The arrow keys go from link to link in a table, over cells that lead nowhere. */
export function walkLinks(event: KeyboardEvent): void {
  const step = steps[event.key];
  const cell = event.target instanceof Element ? event.target.closest('td') : null;
  const row = cell?.closest('tr');
  const rows = row?.closest('tbody')?.rows;
  if (!step || !cell || !row || !rows) return;
  event.preventDefault();
  let [at, column] = [row.sectionRowIndex, cell.cellIndex];
  for (;;) {
    at += step[0];
    column += step[1];
    const next = rows[at]?.cells[column];
    if (!next || column < 1) return;
    const link = next.querySelector('a');
    if (!link) continue;
    link.focus();
    return;
  }
}
