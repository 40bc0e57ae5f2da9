import type { SankeyNode } from './sankey-layout.ts';

const middle = ({ y, height }: SankeyNode) => y + height / 2;

/**
 * Where a key leads from a node, as a place in `nodes`: up and down along its column, left and right to what stands
 * beside it, Home and End to the ends of the column. Undefined for other keys, and where there is nothing further.
 */
export function walk(nodes: readonly SankeyNode[], from: number, key: string): number | undefined {
  const node = nodes[from];
  if (!node) return undefined;
  const places = (column: number) => nodes.flatMap((one, place) => (one.column === column ? [place] : []));
  const own = places(node.column);
  const at = own.indexOf(from);
  switch (key) {
    case 'ArrowUp':
      return own[at - 1];
    case 'ArrowDown':
      return own[at + 1];
    case 'Home':
      return own[0];
    case 'End':
      return own.at(-1);
    case 'ArrowLeft':
    case 'ArrowRight': {
      const beside = places(node.column + (key === 'ArrowLeft' ? -1 : 1));
      const distance = (place: number) => Math.abs(middle(nodes[place] ?? node) - middle(node));
      return beside.toSorted((one, other) => distance(one) - distance(other))[0];
    }
    default:
      return undefined;
  }
}
