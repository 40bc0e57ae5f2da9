import { colour } from './colours.ts';

/** A chart as a picture: title, what is drawn, and its figures below. */

const paddingPx = 16;
const titlePx = 30;
const rowPx = 18;
const mostRows = 40;

export interface PictureParts {
  title: string;
  /** Under the title, such as the time that is shown. */
  note: string;
  /** Drawn charts have one; tables and values are written. */
  canvas: HTMLCanvasElement | null;
  /** Name and figures of each line, with the colour of its mark. */
  rows: readonly { colour?: string; cells: readonly string[] }[];
}

/** Null when the browser cannot make it. */
export function chartPicture({ title, note, canvas, rows }: PictureParts): Promise<Blob | null> {
  const ratio = devicePixelRatio;
  const drawn = canvas ? { width: canvas.width / ratio, height: canvas.height / ratio } : { width: 480, height: 0 };
  const shown = rows.slice(0, mostRows);
  const width = drawn.width + 2 * paddingPx;
  const height = paddingPx * 2 + titlePx + drawn.height + shown.length * rowPx + (shown.length > 0 ? 8 : 0);
  const out = document.createElement('canvas');
  out.width = Math.round(width * ratio);
  out.height = Math.round(height * ratio);
  const context = out.getContext('2d');
  if (!context) return Promise.resolve(null);
  const family = getComputedStyle(document.body).fontFamily;
  context.scale(ratio, ratio);
  context.fillStyle = colour('--surface');
  context.fillRect(0, 0, width, height);
  context.textBaseline = 'middle';
  context.fillStyle = colour('--text');
  context.font = `600 14px ${family}`;
  context.fillText(title, paddingPx, paddingPx + 8, width * 0.6);
  context.font = `11px ${family}`;
  context.fillStyle = colour('--text-quiet');
  context.textAlign = 'right';
  context.fillText(note, width - paddingPx, paddingPx + 8, width * 0.38);
  if (canvas) context.drawImage(canvas, paddingPx, paddingPx + titlePx, drawn.width, drawn.height);
  for (const [index, row] of shown.entries()) {
    const y = paddingPx + titlePx + drawn.height + 8 + (index + 0.5) * rowPx;
    if (row.colour !== undefined) {
      context.fillStyle = colour(row.colour);
      context.fillRect(paddingPx, y - 1.5, 14, 3);
    }
    context.fillStyle = colour('--text');
    for (const [column, text] of row.cells.entries()) {
      context.textAlign = column === 0 ? 'left' : 'right';
      const x = column === 0 ? paddingPx + 20 : width - paddingPx - (row.cells.length - 1 - column) * 90;
      context.fillText(text, x, y, column === 0 ? width - 2 * paddingPx - 20 - (row.cells.length - 1) * 90 : 84);
    }
  }
  return new Promise((resolve) => {
    out.toBlob(resolve, 'image/png');
  });
}
