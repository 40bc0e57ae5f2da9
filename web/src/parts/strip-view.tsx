import { formatDuration, formatPercent } from '../text/format.ts';
import { t } from '../text/text.ts';
import { stripCounts, type Strip } from '../overview/rows.ts';

/** Height and offset of a slice by its letter: what is worse stands taller, so that colour is not needed. */
const shapes = new Map([
  ['u', { kind: 'up', top: 6, height: 12 }],
  ['g', { kind: 'degraded', top: 3, height: 15 }],
  ['p', { kind: 'partial', top: 3, height: 15 }],
  ['d', { kind: 'down', top: 0, height: 18 }],
  ['-', { kind: 'unknown', top: 15, height: 3 }],
]);
const pitch = 5;
/** Where there is no slice: a dot on the ground line. */
const emptyShape = { kind: 'none', top: 16, height: 2 };
const barWidth = 4;
/** The strip always has this many places; a younger check leaves the older ones empty. */
const places = 48;

/** The recent past of a check, newest on the right. */
export function StripView({ strip }: { strip: Strip }) {
  const codes = strip.codes.slice(-places).padStart(places, ' ');
  const drawn = new Map<string, string>();
  for (const [index, code] of codes.split('').entries()) {
    const shape = shapes.get(code) ?? emptyShape;
    const bar = `M${index * pitch} ${shape.top}h${barWidth}v${shape.height}h-${barWidth}z`;
    drawn.set(shape.kind, (drawn.get(shape.kind) ?? '') + bar);
  }
  const counted = stripCounts(strip);
  const total = [...counted.values()].reduce((sum, count) => sum + count, 0);
  const parts = [...counted].map(([state, count]) => `${t(`state.${state}`)} ${formatPercent((100 * count) / total)}`);
  const duration = formatDuration(strip.codes.length * strip.stepMs);
  const label =
    total === 0
      ? t('overview.stripEmpty')
      : strip.stepMs === 0
        ? parts.join(', ')
        : t('overview.stripLabel', { duration, parts: parts.join(', ') });
  return (
    <svg
      class="strip"
      viewBox={`0 0 ${places * pitch - 1} 18`}
      preserveAspectRatio="none"
      role="img"
      aria-label={label}
    >
      <title>{label}</title>
      {[...drawn].map(([kind, d]) => (
        <path key={kind} class={`bar-${kind}`} d={d} />
      ))}
    </svg>
  );
}
