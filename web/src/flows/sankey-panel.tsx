import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { FlowAnswer } from '../../../src/model/index.ts';
import { colour } from '../charts/colours.ts';
import { csv, download, fileName } from '../charts/export.ts';
import { FileMenu } from '../charts/file-menu.tsx';
import { chartPicture } from '../charts/picture.ts';
import { TwinTable } from '../charts/twin-table.tsx';
import { formatValue } from '../charts/units.ts';
import { Section } from '../parts/page.tsx';
import { Empty } from '../parts/problem-view.tsx';
import { formatMoment, formatShare } from '../text/format.ts';
import { t } from '../text/text.ts';
import { layOut, type Sankey, type SankeyNode } from './sankey-layout.ts';
import { SankeyPicture } from './sankey-picture.tsx';
import type { FlowView } from './view.ts';
import { keyName, unitOf, valueText } from './words.ts';

const heightPx = 460;
const nodePx = 12;
const gapPx = 7;
const mostNodes = 14;
const mostColumns = 3;
/** Room for the first column's names and for those of the last. */
const labelPx = 8;
const seriesColours = 8;

const seriesOf = (node: number) => `--series-${(node % seriesColours) + 1}`;

/** Width of the picture follows its box. */
function useWidth(box: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(720);
  useEffect(() => {
    const shown = box.current;
    if (!shown) return undefined;
    const measure = () => setWidth(Math.max(280, shown.clientWidth));
    measure();
    const sized = new ResizeObserver(measure);
    sized.observe(shown);
    return () => sized.disconnect();
  }, []);
  return width;
}

/** The same shapes on a canvas, for the file. */
function drawn(layout: Sankey, width: number, nameOf: (node: SankeyNode) => string): HTMLCanvasElement {
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(width * devicePixelRatio);
  canvas.height = Math.round(heightPx * devicePixelRatio);
  const context = canvas.getContext('2d');
  if (!context) return canvas;
  context.scale(devicePixelRatio, devicePixelRatio);
  context.globalAlpha = 0.35;
  for (const { from, shape } of layout.bands) {
    context.fillStyle = colour(seriesOf(from));
    const band = new Path2D(shape);
    // oxlint-disable-next-line unicorn/no-array-fill-with-reference-type -- this fills a shape, no array
    context.fill(band);
  }
  context.globalAlpha = 1;
  context.font = `11px ${getComputedStyle(document.body).fontFamily}`;
  context.textBaseline = 'middle';
  for (const [index, node] of layout.nodes.entries()) {
    context.fillStyle = colour(seriesOf(index));
    context.fillRect(node.x, node.y, nodePx, Math.max(1, node.height));
    context.fillStyle = colour('--text');
    const last = node.x + nodePx >= width;
    context.textAlign = last ? 'right' : 'left';
    context.fillText(nameOf(node), last ? node.x - labelPx : node.x + nodePx + labelPx, node.y + node.height / 2);
  }
  return canvas;
}

/** Two or three keys as columns, with bands as thick as what flows between their values. */
export function SankeyPanel({ view, answer }: { view: FlowView; answer: FlowAnswer }) {
  const box = useRef<HTMLDivElement>(null);
  const width = useWidth(box);
  const columns = answer.groupBy.slice(0, mostColumns);
  const rows = useMemo(
    () => answer.rows.map((row) => ({ values: row.values.slice(0, mostColumns), amount: row[view.measure] })),
    [answer, view.measure],
  );
  const layout = useMemo(
    () => layOut(rows, { width, height: heightPx, nodeWidth: nodePx, gap: gapPx, mostNodes }),
    [rows, width],
  );
  const title = t('flows.shows.sankey');
  const unit = unitOf(view.measure);
  const nameOf = (node: SankeyNode) =>
    node.isRest ? t('flows.rest') : valueText(answer.groupBy[node.column] ?? '', node.value);
  const ways = () =>
    layout.bands.map(({ from, to, amount }) => {
      const [start, end] = [layout.nodes[from], layout.nodes[to]];
      return { from: start ? nameOf(start) : '', to: end ? nameOf(end) : '', amount };
    });
  const asCsv = () => {
    const lines = [['from', 'to', view.measure], ...ways().map(({ from, to, amount }) => [from, to, amount])];
    download(fileName(title, 'csv'), new Blob([csv(lines)], { type: 'text/csv' }));
  };
  const asPng = async () => {
    const note = `${formatMoment(answer.from) ?? ''} – ${formatMoment(answer.to) ?? ''}`;
    const blob = await chartPicture({ title, note, canvas: drawn(layout, width, nameOf), rows: [] });
    if (blob) download(fileName(title, 'png'), blob);
  };
  return (
    <Section
      id="sankey-title"
      title={title}
      aside={<FileMenu title={title} onCsv={asCsv} onPng={() => void asPng()} />}
    >
      {columns.length < 2 && <Empty title={t('flows.sankey.twoKeys')} />}
      {columns.length >= 2 && layout.total === 0 && <Empty title={t('flows.none')} text={t('flows.noneHint')} />}
      <div ref={box}>
        {columns.length >= 2 && layout.total > 0 && (
          <>
            <div class="sankey-heads" aria-hidden="true">
              {columns.map((key) => (
                <span key={key}>{keyName(key, view.view)}</span>
              ))}
            </div>
            <SankeyPicture
              view={view}
              columns={columns}
              layout={layout}
              size={{ width, height: heightPx, node: nodePx, label: labelPx }}
              nameOf={nameOf}
              colourOf={(node) => `var(${seriesOf(node)})`}
            />
            <TwinTable
              label={t('charts.twin', { title })}
              head={[t('charts.from'), t('charts.to'), t(`flows.measures.${view.measure}`), t('charts.share')]}
              rows={() =>
                ways().map(({ from, to, amount }) => [
                  from,
                  to,
                  formatValue(amount, unit),
                  formatShare(amount / layout.total),
                ])
              }
            />
          </>
        )}
      </div>
      {answer.omitted > 0 && <p class="quiet">{t('flows.omitted', { count: answer.omitted })}</p>}
    </Section>
  );
}
