/** A condition of Gatus, `[BODY].status == pat(*up*)`: a placeholder, perhaps in a function, an operator, a value. */
export interface GatusCondition {
  placeholder: string;
  /** What is selected below the body, as a JSONPath without `$`. */
  path: string;
  wrapper: 'len' | 'has' | undefined;
  operator: '==' | '!=' | '<' | '<=' | '>' | '>=';
  /** One, or those of `any(…)`. */
  values: string[];
  /** The value is a pattern in which `*` stands for anything. */
  isPattern: boolean;
}

const whole = /^\s*(.+?)\s*(==|!=|<=|>=|<|>)\s*(.*?)\s*$/s;
const subject = /^(?:(len|has)\()?\[([A-Z_]+)\]((?:\.[^\s()[\]]+|\[[^\]]*\])*)\)?$/;

/** Undefined for anything else. */
export function readCondition(text: string): GatusCondition | undefined {
  const [, left = '', operator, right = ''] = whole.exec(text) ?? [];
  const [, wrapper, placeholder, path = ''] = subject.exec(left) ?? [];
  if (operator === undefined || placeholder === undefined) return undefined;
  const pattern = /^pat\((.*)\)$/s.exec(right);
  const any = /^any\((.*)\)$/s.exec(right);
  const values = any ? (any[1] ?? '').split(',').map((value) => value.trim()) : [pattern?.[1] ?? right];
  return {
    placeholder,
    path,
    wrapper: wrapper as GatusCondition['wrapper'],
    operator: operator as GatusCondition['operator'],
    values: values.map((value) => value.replaceAll(/^"(.*)"$/gs, '$1')),
    isPattern: pattern !== null,
  };
}

const escaped = (text: string) => text.replaceAll(/[\\^$.|?+()[\]{}*]/g, String.raw`\$&`);

/** `*up*` as a regular expression: `*` stands for anything. */
export function patternOf(glob: string): string {
  return `(?s)^${glob.split('*').map(escaped).join('.*')}$`;
}

export function exactly(text: string): string {
  return `^${escaped(text)}$`;
}
