import { memo } from 'preact/compat';
import { useEffect, useMemo, useRef, useState } from 'preact/hooks';
import { Name } from '../parts/bidi.tsx';
import { Icon } from '../parts/icon.tsx';
import { Since } from '../parts/moment.tsx';
import { State, StateMark } from '../parts/state.tsx';
import { StripView } from '../parts/strip-view.tsx';
import { useVisible } from '../parts/use-visible.ts';
import { offsetsOf, windowOf } from '../parts/window.ts';
import { checkHref } from '../router.ts';
import { formatInteger, formatLatency, formatMoment, formatPercent } from '../text/format.ts';
import { reasonText } from '../text/reason.ts';
import { t } from '../text/text.ts';
import { rowStates, type CheckRow, type Line } from './rows.ts';

/** The list of checks. Only what is near the screen is drawn; roles and indices tell readers about the rest. */

const overscan = 6;
/** Row heights in CSS pixels, the same as in the style sheet. */
const heights = {
  wide: { check: 52, checkWithReason: 52, group: 38 },
  narrow: { check: 92, checkWithReason: 114, group: 42 },
} as const;
const narrowQuery = '(max-width: 800px)';

function useNarrow(): boolean {
  const [narrow, setNarrow] = useState(() => matchMedia(narrowQuery).matches);
  useEffect(() => {
    const media = matchMedia(narrowQuery);
    const change = () => setNarrow(media.matches);
    media.addEventListener('change', change);
    return () => media.removeEventListener('change', change);
  }, []);
  return narrow;
}

const hasReason = (row: CheckRow) => row.state !== 'up' && row.reason !== undefined;
const sizeOf = (line: Line) => (line.kind === 'group' ? 'group' : hasReason(line.row) ? 'checkWithReason' : 'check');

export interface CheckTableProps {
  lines: readonly Line[];
  group: string;
  onFold: (name: string) => void;
}

export function CheckTable({ lines, group, onFold }: CheckTableProps) {
  const body = useRef<HTMLDivElement>(null);
  const visible = useVisible(body);
  const sizes = useNarrow() ? heights.narrow : heights.wide;
  const offsets = useMemo(
    () =>
      offsetsOf(
        lines.map((line) => sizes[sizeOf(line)]),
        lines.length,
      ),
    [lines, sizes],
  );
  const { from, to } = windowOf({ offsets, ...visible, overscan });
  const columns = ['state', 'check', 'reason', 'strip', 'latency', 'loss', 'since'] as const;
  return (
    <div class="checks" role="table" aria-label={t('overview.table')} aria-rowcount={lines.length + 1}>
      <div role="rowgroup" class="checks-head">
        <div role="row" class="check-row" aria-rowindex={1}>
          {columns.map((column) => (
            <span key={column} role="columnheader" class={`cell-${column}`}>
              {t(`column.${column}`)}
            </span>
          ))}
        </div>
      </div>
      <div role="rowgroup" ref={body} class="checks-body" style={{ height: `${offsets.at(-1) ?? 0}px` }}>
        {lines.slice(from, to).map((line, index) => {
          const at = from + index;
          const place = { transform: `translateY(${offsets[at] ?? 0}px)`, height: `${sizes[sizeOf(line)]}px` };
          return line.kind === 'group' ? (
            <GroupLine
              key={`group ${line.name}`}
              line={line}
              group={group}
              index={at + 2}
              place={place}
              onFold={onFold}
            />
          ) : (
            <div
              key={line.row.name}
              role="row"
              class={`check-row check-${line.row.state}`}
              aria-rowindex={at + 2}
              style={place}
            >
              <CheckCells row={line.row} />
            </div>
          );
        })}
      </div>
    </div>
  );
}

interface GroupLineProps {
  line: Extract<Line, { kind: 'group' }>;
  group: string;
  index: number;
  place: { transform: string; height: string };
  onFold: (name: string) => void;
}

function GroupLine({ line, group, index, place, onFold }: GroupLineProps) {
  return (
    <div role="row" class="group-row" aria-rowindex={index} style={place}>
      <span role="cell" aria-colspan={7} class="group-cell">
        <button type="button" class="group-button" aria-expanded={!line.folded} onClick={() => onFold(line.name)}>
          <Icon name={line.folded ? 'right' : 'fold'} />
          <span class="quiet">{group}</span>
          <Name text={line.name === '' ? t('overview.without') : line.name} />
        </button>
        <span class="group-counts">
          {rowStates
            .filter((state) => line.counts[state] > 0)
            .map((state) => (
              <span key={state} class={`state state-${state}`} title={t(`state.${state}`)}>
                <StateMark state={state} />
                {formatInteger(line.counts[state])}
                <span class="hidden-text">{t(`state.${state}`)}</span>
              </span>
            ))}
        </span>
      </span>
    </div>
  );
}

export function Badges({ row }: { row: Pick<CheckRow, 'flapping' | 'maintenance' | 'snoozedUntil' | 'suppressedBy'> }) {
  return (
    <>
      {row.flapping && <span class="badge badge-warn">{t('badge.flapping')}</span>}
      {row.maintenance && <span class="badge">{t('badge.maintenance')}</span>}
      {row.snoozedUntil !== undefined && (
        <span class="badge" title={t('handling.snooze.ends', { time: formatMoment(row.snoozedUntil) })}>
          {t('handling.snoozed')}
        </span>
      )}
      {row.suppressedBy !== undefined && (
        <span class="badge" title={t('badge.behind', { check: row.suppressedBy })}>
          {t('badge.behindShort')}&nbsp;<bdi>{row.suppressedBy}</bdi>
        </span>
      )}
    </>
  );
}

/** Drawn anew only when its row changed: a scrolled list otherwise draws every cell at every frame. */
const CheckCells = memo(function CheckCells({ row }: { row: CheckRow }) {
  return (
    <>
      <span role="cell" class="cell-state">
        <State state={row.state} />
      </span>
      <span role="cell" class="cell-check">
        <span class="check-line">
          <a class="check-link" href={checkHref(row.name)} data-row>
            <Name text={row.name} />
          </a>
          <Badges row={row} />
        </span>
        <span class="check-under">
          <span class="type">{row.type}</span> <Name text={row.host} />
        </span>
      </span>
      <span role="cell" class="cell-reason" title={row.reason && reasonText(row.reason)}>
        {hasReason(row) && row.reason && <bdi>{reasonText(row.reason)}</bdi>}
      </span>
      <span role="cell" class="cell-strip">
        <StripView strip={row.strip} />
      </span>
      <span role="cell" class="cell-latency">
        {row.latencyMs === undefined ? <span class="quiet">–</span> : formatLatency(row.latencyMs)}
      </span>
      <span role="cell" class={`cell-loss ${(row.lossPercent ?? 0) > 0 ? 'loss-some' : ''}`}>
        {row.lossPercent === undefined ? <span class="quiet">–</span> : formatPercent(row.lossPercent)}
      </span>
      <span role="cell" class="cell-since">
        <Since time={row.since} />
      </span>
    </>
  );
});
