import { useRef, useState } from 'preact/hooks';
import type { FlowAnswer } from '../../../src/model/index.ts';
import { formatValue } from '../charts/units.ts';
import { navigate, path, query, withQuery } from '../router.ts';
import { formatShare } from '../text/format.ts';
import { t } from '../text/text.ts';
import { conditionFor, withCondition } from './conditions.ts';
import type { Sankey, SankeyNode } from './sankey-layout.ts';
import { walk } from './sankey-walk.ts';
import { drillTo, type FlowView } from './view.ts';
import { keyName, unitOf } from './words.ts';

/** Lower than this, a node has no room for its name. */
const namedPx = 9;

interface PictureProps {
  view: FlowView;
  columns: FlowAnswer['groupBy'];
  layout: Sankey;
  /** In CSS pixels; `label` is the distance of a name from its node. */
  size: { width: number; height: number; node: number; label: number };
  nameOf: (node: SankeyNode) => string;
  colourOf: (node: number) => string;
}

/** One stop of the tab key: from there the arrow keys walk from value to value, each is read out, Enter goes down into it. */
export function SankeyPicture({ view, columns, layout, size, nameOf, colourOf }: PictureProps) {
  const picture = useRef<SVGSVGElement>(null);
  const [current, setCurrent] = useState(0);
  const stop = Math.min(current, layout.nodes.length - 1);
  const unit = unitOf(view.measure);
  const say = (amount: number) => `${formatValue(amount, unit)} (${formatShare(amount / layout.total)})`;
  const hrefOf = (node: SankeyNode) => {
    const condition = node.isRest ? undefined : conditionFor(columns[node.column] ?? '', node.value, view.view);
    if (!condition) return undefined;
    const to = drillTo(view, { conditions: withCondition(view.conditions, condition) });
    return withQuery(query.value, to, path.value);
  };
  const onKey = (event: KeyboardEvent, place: number, href: string | undefined) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === 'Enter' || event.key === ' ') {
      event.preventDefault();
      if (href !== undefined) navigate(href);
      return;
    }
    const next = walk(layout.nodes, place, event.key);
    if (next === undefined) return;
    event.preventDefault();
    setCurrent(next);
    picture.current?.querySelectorAll<SVGGElement>('.sankey-node')[next]?.focus();
  };
  return (
    <svg
      ref={picture}
      class="sankey"
      viewBox={`0 0 ${size.width} ${size.height}`}
      width={size.width}
      height={size.height}
      role="group"
      aria-label={t('flows.sankey.label', { nodes: layout.nodes.length, bands: layout.bands.length })}
    >
      {layout.bands.map(({ from, to, amount, shape }) => {
        const [start, end] = [layout.nodes[from], layout.nodes[to]];
        return (
          <path
            key={`${from} ${to}`}
            d={shape}
            class={`sankey-band ${from === stop || to === stop ? 'sankey-of-current' : ''}`}
            style={{ fill: colourOf(from) }}
            aria-hidden="true"
          >
            <title>
              {t('flows.matrix.cell', {
                from: start ? nameOf(start) : '',
                to: end ? nameOf(end) : '',
                amount: say(amount),
              })}
            </title>
          </path>
        );
      })}
      {layout.nodes.map((node, place) => {
        const isLast = node.column === columns.length - 1;
        const href = hrefOf(node);
        const words = t('flows.sankey.node', { value: nameOf(node), amount: say(node.amount) });
        const column = columns[node.column];
        return (
          <g
            key={`${node.column} ${node.value} ${node.isRest}`}
            class={`sankey-node ${href === undefined ? 'sankey-fixed' : ''}`}
            role={href === undefined ? 'img' : 'link'}
            tabIndex={place === stop ? 0 : -1}
            aria-label={column === undefined ? words : `${keyName(column, view.view)}: ${words}`}
            onClick={() => href !== undefined && navigate(href)}
            onFocus={() => setCurrent(place)}
            onKeyDown={(event) => onKey(event, place, href)}
          >
            <title>{words}</title>
            <rect
              x={node.x}
              y={node.y}
              width={size.node}
              height={Math.max(1, node.height)}
              style={{ fill: colourOf(place) }}
            />
            {(node.height >= namedPx || place === stop) && (
              <text
                class={node.height < namedPx ? 'sankey-small' : undefined}
                x={isLast ? node.x - size.label : node.x + size.node + size.label}
                y={node.y + node.height / 2}
                text-anchor={isLast ? 'end' : 'start'}
                dominant-baseline="middle"
                aria-hidden="true"
              >
                {nameOf(node)}
              </text>
            )}
          </g>
        );
      })}
    </svg>
  );
}
