import { parseDocument, stringify } from 'yaml';

/** Dashboards as YAML. Loaded only by those who edit: the page itself needs none of it. */

export interface TextError {
  message: string;
  line?: number;
  column?: number;
}

const lineWidth = 110;

export const writeText = (document: unknown): string => stringify(document, { lineWidth });

/** A document of YAML or JSON, or what is wrong with the text; aliases are bounded, so that a few lines stay a few lines. */
export function readText(text: string): { document: unknown; errors: TextError[] } {
  const parsed = parseDocument(text, { prettyErrors: true });
  const errors = parsed.errors.map(({ message, linePos }): TextError => {
    const [place] = linePos ?? [];
    const [what = message] = message.split(' at line ');
    return { message: what, ...(place ? { line: place.line, column: place.col } : {}) };
  });
  if (errors.length > 0) return { document: undefined, errors };
  try {
    return { document: parsed.toJS({ maxAliasCount: 100 }) as unknown, errors };
  } catch (thrown) {
    return { document: undefined, errors: [{ message: thrown instanceof Error ? thrown.message : String(thrown) }] };
  }
}
