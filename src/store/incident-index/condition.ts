import type { SQLInputValue } from 'node:sqlite';
import type { TableQuestion } from './index-change.ts';

/** A trigram index finds nothing shorter. */
const shortestIndexed = 3;

/** A question as terms of SQL over the table `incidents`, and the values of their places. It means what `matchesIncident` does. */
export function whereOf(question: TableQuestion): { terms: string[]; values: SQLInputValue[] } {
  const terms: string[] = [];
  const values: SQLInputValue[] = [];
  const add = (term: string, ...given: SQLInputValue[]) => {
    terms.push(term);
    values.push(...given);
  };
  const { state, check, policy, severity, impact, assignee, from, to, words } = question;
  if (state !== 'all') add('resolved = ?', Number(state === 'resolved'));
  if (check !== undefined) add('check_name = ?', check);
  // `A` is the character after `@`.
  if (policy !== undefined) {
    add('(check_name = ? OR (check_name >= ? AND check_name < ?))', policy, `${policy}@`, `${policy}A`);
  }
  if (severity !== undefined) add('severity = ?', severity);
  if (impact !== undefined) add('impact = ?', impact);
  if (assignee !== undefined) add('assignee = ?', assignee);
  if (to !== undefined) add('opened < ?', to);
  if (from !== undefined) add('(resolved = 0 OR coalesce(ended, opened) >= ?)', from);
  const indexed = words.filter(isIndexed);
  if (indexed.length > 0) {
    const phrases = indexed.map((word) => `"${word.replaceAll('"', '""')}"`).join(' AND ');
    add('id IN (SELECT rowid FROM words WHERE words MATCH ?)', phrases);
  }
  for (const word of words.filter((one) => !isIndexed(one))) {
    add('(SELECT instr(text, ?) FROM texts WHERE texts.id = incidents.id) > 0', word);
  }
  return { terms, values };
}

/** The index counts code points. */
function isIndexed(word: string): boolean {
  return Array.from(word).length >= shortestIndexed;
}
