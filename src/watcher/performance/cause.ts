import type { ApiCause, ApiWitness } from '../../model/index.ts';

type Answer = Pick<ApiCause, 'answer' | 'reason'>;

/**
 * Is it the network or the application? `asked` is the watcher at one end of the path, the others saw the same check.
 *
 * - A check that is good where it is asked about has no cause to be looked for: `neither`.
 * - Somebody whose own path is good, or who is the other end itself, sees the same trouble: the application has it.
 * - The path in question is bad, and those with a good path see no trouble: the network has it.
 * - The first and a bad path: `both`. Anything else cannot be told, and the reason says what is missing.
 */
export function judgeCause(asked: ApiWitness, others: readonly ApiWitness[]): Answer {
  if (asked.check === 'unknown') {
    return cannotTell(`${asked.watcher} has too few samples of the check to say how it is`);
  }
  if (asked.check === 'good') {
    const beside = asked.path === 'bad' ? ', although its path to the other end is bad' : '';
    return { answer: 'neither', reason: `${asked.watcher} sees no trouble with the check${beside}` };
  }
  const clear = others.filter(({ path, check }) => (path === 'good' || path === 'none') && check !== 'unknown');
  if (clear.length === 0) {
    return cannotTell('no other watcher with a good path to the other end has samples of the check to compare with');
  }
  const troubled = clear.filter(({ check }) => check === 'bad');
  const content = clear.filter(({ check }) => check === 'good');
  if (troubled.length > 0 && content.length > 0) {
    return cannotTell(
      `watchers with good paths disagree: ${names(troubled)} see${verb(troubled)} the trouble, ${names(content)} ${plural(content, 'does', 'do')} not`,
    );
  }
  if (asked.path === 'unknown') {
    return cannotTell(
      `the path of ${asked.watcher} to the other end has no figures, or nothing is known to be usual yet`,
    );
  }
  if (troubled.length > 0) {
    const seen = `${names(troubled)} see${verb(troubled)} the same trouble without a bad path`;
    return asked.path === 'bad'
      ? { answer: 'both', reason: `${seen}, and the path of ${asked.watcher} is bad besides` }
      : { answer: 'application', reason: `${seen}, and the path of ${asked.watcher} is good` };
  }
  if (asked.path === 'bad') {
    const reason = `the path of ${asked.watcher} is bad, and ${names(content)}, without a bad path, see${verb(content)} no trouble`;
    return { answer: 'network', reason };
  }
  return cannotTell(
    `only ${asked.watcher} sees the trouble, and its path to the other end is good: look at that watcher itself, and whether the target lies at the other end at all`,
  );
}

const cannotTell = (reason: string): Answer => ({ answer: 'cannot-tell', reason });
const names = (witnesses: readonly ApiWitness[]) => witnesses.map(({ watcher }) => watcher).join(', ');
const plural = (witnesses: readonly ApiWitness[], one: string, several: string) =>
  witnesses.length === 1 ? one : several;
const verb = (witnesses: readonly ApiWitness[]) => plural(witnesses, 's', '');
