import { QwError } from '../../model/index.ts';
import type { Labels } from '../segments/series-table.ts';
import { mayCall } from './statement-functions.ts';
import { textOf, tokensOf, type Token } from './statement-tokens.ts';

/**
 * A statement of a person, as a server may be asked it. The user that we are on a server may see more than our tables, and
 * a server that only reads still opens files and asks others, so nothing gets there but a SELECT over our own tables that
 * calls what only computes.
 */

/** Words that stand before a bracket and call nothing. */
const grammar: ReadonlySet<string> = new Set(
  'all and any as array asc between by case distinct else end except exists from global having in intersect is join left limit like not null offset on or order over prewhere select then union using when where with partition'.split(
    ' ',
  ),
);
/** What a SELECT statement may end with, or hold, that has an effect beyond its answer, or tells of the server. */
const refused: ReadonlySet<string> = new Set([
  'format',
  'into',
  'outfile',
  'settings',
  'explain',
  'show',
  'describe',
  'apply',
]);
/** The newest ones; a statement has to be read before it runs. */
const maxNames = 20_000;

export interface StatementParts {
  /** Of every database of the server. */
  databases: readonly string[];
  /** What numbers stand for. */
  names: Iterable<readonly [number: number, labels: Labels]>;
}

/** The statement for the server. Throws BAD_INPUT for anything but one SELECT over our own tables. */
export function checkStatement(sql: string, { databases, names }: StatementParts): string {
  const tokens = tokensOf(sql);
  while (tokens.at(-1)?.text === ';' && tokens.at(-1)?.kind === 'sign') tokens.pop();
  if (tokens.length === 0) throw new QwError('BAD_INPUT', 'expected a statement');
  if (tokens.some(isSign(';'))) throw new QwError('BAD_INPUT', 'expected one statement');
  if (!isWord(tokens[0], 'select') && !isWord(tokens[0], 'with'))
    throw new QwError('BAD_INPUT', 'expected a SELECT statement');
  const ours = new Set(databases.map((name) => name.toLowerCase()));
  for (const [at, token] of tokens.entries()) {
    if (token.kind !== 'word' && token.kind !== 'name') continue;
    const lower = token.text.toLowerCase();
    if (token.kind === 'word' && refused.has(lower) && !isSign('.')(tokens[at - 1]))
      throw new QwError('BAD_INPUT', `${token.text} is not for statements here`);
    if (isSign('.')(tokens[at + 1]) && ours.has(lower))
      throw new QwError('BAD_INPUT', `${token.text} is a database; tables are named without one here`);
    if (!isSign('(')(tokens[at + 1])) continue;
    const isTable = isWord(tokens[at - 1], 'from') || isWord(tokens[at - 1], 'join');
    const isGrammar = token.kind === 'word' && grammar.has(lower);
    if (isGrammar) continue;
    if (token.kind === 'name' || isTable || (lower !== 'address' && !mayCall(lower)))
      throw new QwError('BAD_INPUT', `${token.text}() is not among what statements may call here`);
  }
  return textOf(withAddresses(withNames(tokens, names)));
}

const isSign =
  (sign: string) =>
  (token: Token | undefined): boolean =>
    token?.kind === 'sign' && token.text === sign;

const isWord = (token: Token | undefined, word: string): boolean =>
  token?.kind === 'word' && token.text.toLowerCase() === word;

const piece = (text: string): Token => ({ kind: 'sign', text, apart: true });

/** `names` behind FROM or JOIN becomes the names that there are, in one text that the server splits. */
function withNames(tokens: readonly Token[], names: StatementParts['names']): Token[] {
  let table: string | undefined;
  return tokens.flatMap((token, at) => {
    const before = tokens[at - 1];
    const isTable = isWord(token, 'names') && (isWord(before, 'from') || isWord(before, 'join'));
    if (!isTable || isSign('.')(tokens[at + 1])) return [token];
    table ??= namesTable(names);
    return [piece(`${table}${hasAlias(tokens[at + 1]) ? '' : ' AS names'}`)];
  });
}

const afterTable: ReadonlySet<string> = new Set(
  'on using where prewhere group order having limit union inner left right full cross any all asof global join array final sample settings'.split(
    ' ',
  ),
);
const hasAlias = (next: Token | undefined): boolean =>
  next?.kind === 'name' || (next?.kind === 'word' && !afterTable.has(next.text.toLowerCase()));

function namesTable(names: StatementParts['names']): string {
  const lines = [...names]
    .slice(-maxNames)
    .map(([number, { kind = '', text, address = '' }]) => [number, kind, text ?? address].map(oneCell).join('\t'));
  const list = lines.length === 0 ? 'emptyArrayString()' : `splitByChar('\\n', ${quoted(lines.join('\n'))})`;
  const cells = `SELECT splitByChar('\\t', line) AS cells FROM (SELECT arrayJoin(${list}) AS line) AS _lines`;
  return `(SELECT toUInt32(cells[1]) AS number, cells[2] AS kind, cells[3] AS text FROM (${cells}) AS _cells)`;
}

const oneCell = (value: number | string): string => String(value).replaceAll(/[\t\n\0]/g, ' ');
const quoted = (text: string): string => `'${text.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}'`;

const addressBegins = [
  'replaceRegexpOne(IPv6NumToString(toFixedString(unhex(arrayStringConcat(arrayMap(',
  "_half -> substring(concat('0000000000000000', hex(toUInt64(_half))), -16), array",
].join('');
const addressEnds = "))), 16)), '^::ffff:([0-9]+[.])', '\\\\1')";

/** `address(high, low)` becomes what writes it: IPv4 with dots, IPv6 as RFC 5952 has it. */
function withAddresses(tokens: readonly Token[]): Token[] {
  const open: boolean[] = [];
  return tokens.flatMap((token, at) => {
    if (isSign('(')(token)) open.push(isWord(tokens[at - 1], 'address'));
    if (isWord(token, 'address') && isSign('(')(tokens[at + 1])) return [piece(addressBegins)];
    return isSign(')')(token) && open.pop() === true ? [token, piece(addressEnds)] : [token];
  });
}
