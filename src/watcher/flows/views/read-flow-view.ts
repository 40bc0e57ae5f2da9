import { parseFilter } from '../../../explain/index.ts';
import { flowViewSchema, QwError, readDocumentText, type FlowView } from '../../../model/index.ts';

export interface FlowViewRead {
  view: FlowView;
  /** As it was written. */
  document: unknown;
}

/** A filter that nobody could read any more is refused before it is kept. */
const schema = flowViewSchema.superRefine(({ filter = '' }, context) => {
  try {
    parseFilter(filter);
  } catch (thrown) {
    if (!(thrown instanceof QwError)) throw thrown;
    // Its path says already that this is about a filter.
    const message = thrown.message.replace(/^filter, /, '');
    context.addIssue({ code: 'custom', path: ['filter'], message, input: filter });
  }
});

const maxTextLength = 131_072;

/** Reads a view of traffic of YAML or JSON. Throws FLOW_VIEW_INVALID with line and column of each issue, REQUEST_TOO_LARGE. */
export function readFlowView(text: string, file: string): FlowViewRead {
  if (text.length > maxTextLength) {
    throw new QwError('REQUEST_TOO_LARGE', `a view of traffic has at most ${maxTextLength} characters`, {
      where: file,
    });
  }
  const read = readDocumentText(text, file, schema);
  if (read.ok) return { view: read.value, document: read.document };
  const count = read.issues.length;
  throw new QwError('FLOW_VIEW_INVALID', `the view of traffic has ${count} ${count === 1 ? 'error' : 'errors'}`, {
    where: file,
    facts: { issues: read.issues },
  });
}

/** Why a document cannot be shown; undefined when it can. Members of other versions may have let it in. */
export function problemOfFlowView(document: unknown): string | undefined {
  const read = schema.safeParse(document);
  if (read.success) return undefined;
  const issue = read.error.issues[0];
  const path = issue?.path.join('.') ?? '';
  return `${path === '' ? '' : `${path}: `}${issue?.message ?? 'it cannot be read'}`;
}
