import type { Word } from './words.ts';

/** Which command the first words of a script statement name. */

/** The commands that are known, as paths from the root. */
const commands: ReadonlySet<string> = new Set([
  ...['debug', 'info', 'warning', 'error'].map((level) => `log ${level}`),
  ...['enable', 'disable', 'set'].map((verb) => `ip route ${verb}`),
  'ip firewall connection remove',
  'tool fetch',
  'tool e-mail send',
  'system script run',
  'delay',
  'local',
  'global',
  'set',
]);
/** These are found in every menu. */
const globalCommands = /^(log |delay$|local$|global$|set$)/;

export interface FoundCommand {
  /** The path from the root; undefined when it is none that is known. */
  name?: string;
  args: Word[];
  /** Set when the statement is only a path from the root: the statements after it are in this menu. */
  menu?: string[];
}

/** Commands are looked up in the menu where the script is, or from the root when written with `/` or `:`. */
export function findCommand(words: readonly Word[], menu: readonly string[]): FoundCommand {
  const unknown: FoundCommand = { args: [] };
  const first = words[0];
  if (first?.form !== 'bare' || first.key !== undefined) return unknown;
  const rooted = /^[/:]/.test(first.raw);
  const path: string[] = [];
  for (const [index, word] of words.entries()) {
    const raw = index === 0 ? first.raw.replace(/^[/:]+/, '') : word.raw;
    if (word.form !== 'bare' || word.key !== undefined || !/^[a-z0-9-]*(\/[a-z0-9-]+)*$/i.test(raw)) return unknown;
    path.push(...raw.split('/').filter(Boolean));
    const args = words.slice(index + 1);
    const inMenu = [...menu, ...path].join(' ');
    if (!rooted && menu.length > 0 && commands.has(inMenu)) return { name: inMenu, args };
    const name = path.join(' ');
    const reachable = rooted || menu.length === 0 || globalCommands.test(name);
    if (reachable && commands.has(name)) return { name, args };
  }
  return first.raw.startsWith('/') ? { args: [], menu: path } : unknown;
}

/** A path that is no known menu may be a command that has no arguments. */
export function isKnownMenu(menu: readonly string[]): boolean {
  return menu.length === 0 || [...commands].some((name) => name.startsWith(`${menu.join(' ')} `));
}
