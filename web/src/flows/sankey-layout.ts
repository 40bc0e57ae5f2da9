/** Streams from column to column: how high each value is, where its bands begin and end. All sizes in CSS pixels. */

export interface SankeyRow {
  /** One for each column. */
  values: readonly string[];
  amount: number;
}

export interface SankeyNode {
  /** Of its column; the last may stand for all that had no room. */
  value: string;
  isRest: boolean;
  column: number;
  amount: number;
  x: number;
  y: number;
  height: number;
}

interface SankeyBand {
  /** Places in `nodes`. */
  from: number;
  to: number;
  amount: number;
  /** A closed shape, as the attribute `d` of an SVG path has it. */
  shape: string;
}

export interface Sankey {
  nodes: readonly SankeyNode[];
  bands: readonly SankeyBand[];
  total: number;
}

export interface SankeySize {
  width: number;
  height: number;
  nodeWidth: number;
  /** Between two nodes of a column. */
  gap: number;
  /** More values than these become one rest. */
  mostNodes: number;
}

/** Marks the rest: no value of traffic has a NUL. */
const rest = '\0rest';

/** The values of each column that have a node of their own, largest first. */
function keptValues(rows: readonly SankeyRow[], columns: number, mostNodes: number): Map<string, number>[] {
  return Array.from({ length: columns }, (_, column) => {
    const sums = new Map<string, number>();
    for (const { values, amount } of rows)
      sums.set(values[column] ?? '', (sums.get(values[column] ?? '') ?? 0) + amount);
    const sorted = [...sums].sort((one, other) => other[1] - one[1]);
    if (sorted.length <= mostNodes) return new Map(sorted);
    const kept = sorted.slice(0, mostNodes - 1);
    const others = sorted.slice(mostNodes - 1).reduce((sum, [, amount]) => sum + amount, 0);
    return new Map([...kept, [rest, others]]);
  });
}

/** Nothing where there is no amount. Rows with an amount of 0 or less have no height, and are left out. */
export function layOut(given: readonly SankeyRow[], size: SankeySize): Sankey {
  const rows = given.filter(({ amount }) => amount > 0);
  const columns = rows[0]?.values.length ?? 0;
  const total = rows.reduce((sum, { amount }) => sum + amount, 0);
  if (columns === 0 || total === 0) return { nodes: [], bands: [], total: 0 };
  const kept = keptValues(rows, columns, size.mostNodes);
  const mostInColumn = Math.max(...kept.map((values) => values.size));
  const scale = (size.height - (mostInColumn - 1) * size.gap) / total;
  const nodes: SankeyNode[] = [];
  const places = kept.map((values, column) => {
    const x = columns === 1 ? 0 : (column * (size.width - size.nodeWidth)) / (columns - 1);
    const found = new Map<string, number>();
    let y = 0;
    for (const [value, amount] of values) {
      found.set(value, nodes.length);
      const height = amount * scale;
      nodes.push({ value: value === rest ? '' : value, isRest: value === rest, column, amount, x, y, height });
      y += height + size.gap;
    }
    return found;
  });
  const placeOf = (column: number, value: string) => places[column]?.get(value) ?? places[column]?.get(rest) ?? 0;
  const sums = new Map<number, Map<number, number>>();
  for (const { values, amount } of rows) {
    for (let column = 0; column + 1 < columns; column++) {
      const from = placeOf(column, values[column] ?? '');
      const to = placeOf(column + 1, values[column + 1] ?? '');
      const known = sums.get(from) ?? new Map<number, number>();
      sums.set(from, known.set(to, (known.get(to) ?? 0) + amount));
    }
  }
  return { nodes, bands: bandsOf(nodes, sums, size.nodeWidth, scale), total };
}

/** Bands leave and arrive in the order of the nodes at their other ends, so that they cross as little as can be. */
function bandsOf(
  nodes: readonly SankeyNode[],
  sums: ReadonlyMap<number, ReadonlyMap<number, number>>,
  nodeWidth: number,
  scale: number,
): SankeyBand[] {
  const left = nodes.map(({ y }) => y);
  const arrived = nodes.map(({ y }) => y);
  const flat = [...sums].flatMap(([from, ends]) => [...ends].map(([to, amount]) => ({ from, to, amount })));
  return flat
    .sort((one, other) => one.from - other.from || one.to - other.to)
    .map(({ from, to, amount }) => {
      const [start, end] = [nodes[from], nodes[to]];
      const height = amount * scale;
      const [y, far] = [left[from] ?? 0, arrived[to] ?? 0];
      left[from] = y + height;
      arrived[to] = far + height;
      return { from, to, amount, shape: bandShape((start?.x ?? 0) + nodeWidth, y, end?.x ?? 0, far, height) };
    });
}

const round = (value: number) => Math.round(value * 100) / 100;

function bandShape(fromX: number, fromY: number, toX: number, toY: number, height: number): string {
  const middle = round((fromX + toX) / 2);
  const [x, y, far, end] = [fromX, fromY, toX, toY].map(round);
  const [low, farLow] = [round(fromY + height), round(toY + height)];
  return `M${x} ${y}C${middle} ${y} ${middle} ${end} ${far} ${end}V${farLow}C${middle} ${farLow} ${middle} ${low} ${x} ${low}Z`;
}
