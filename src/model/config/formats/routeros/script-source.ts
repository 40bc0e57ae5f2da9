import { formatDuration, parseDuration, type Milliseconds } from '../../../time.ts';
import { escapeAtoms, quoteText } from './escapes.ts';

/** Writes actions as the script that does the same on the router. */

type Fields = Readonly<Record<string, unknown>>;

export interface ScriptSource {
  source: string;
  untranslated: { text: string; reason: string }[];
}

/** `actions` as in the document (`{ log: … }`) or after validation (`{ kind: 'log', … }`). */
export function writeScript(actions: readonly unknown[], checkName: string, receivers: Fields): ScriptSource {
  const untranslated: ScriptSource['untranslated'] = [];
  const lines: { delayMs: Milliseconds; commands: string[] }[] = [];
  for (const given of actions) {
    const action = asFields(given);
    const result = writeAction(action, checkName, receivers);
    for (const reason of result.reasons) untranslated.push({ text: JSON.stringify(given) ?? '', reason });
    if (result.commands.length > 0) lines.push({ delayMs: delayOf(action), commands: result.commands });
  }
  // Our delays count from the change, those of a script from the line before.
  lines.sort((a, b) => a.delayMs - b.delayMs);
  let nowMs = 0;
  const written: string[] = [];
  for (const { delayMs, commands } of lines) {
    if (delayMs > nowMs) written.push(`:delay ${formatDuration(delayMs - nowMs)}`);
    nowMs = Math.max(nowMs, delayMs);
    written.push(...commands);
  }
  return { source: written.join('\r\n'), untranslated };
}

interface Written {
  commands: string[];
  reasons: string[];
}

const only = (command: string): Written => ({ commands: [command], reasons: [] });
const none = (reason: string): Written => ({ commands: [], reasons: [reason] });
const levels = new Set<unknown>(['debug', 'info', 'warning', 'error']);

function writeAction(action: Fields, checkName: string, receivers: Fields): Written {
  if (action['log'] !== undefined || action['kind'] === 'log') {
    const level = action['level'] ?? 'info';
    const message = action['log'] ?? action['message'];
    if (typeof message !== 'string' || typeof level !== 'string' || !levels.has(level))
      return none('not a log action that is known');
    // Quoted even when it is one word: as RouterOS users write it.
    return only(`:log ${level} "${escapeAtoms(message).join('')}"`);
  }
  if (action['routeros'] !== undefined || action['kind'] === 'routeros') {
    return writeRouteros(asFields(action['routeros'] ?? action));
  }
  if (action['notify'] !== undefined || action['kind'] === 'notify') {
    const names = [action['notify'] ?? action['receivers']].flat().map(String);
    const each = names.map((name) => writeNotify(name, asFields(receivers[name]), checkName));
    return { commands: each.flatMap((one) => one.commands), reasons: each.flatMap((one) => one.reasons) };
  }
  return none('RouterOS starts no programs of another machine');
}

function writeRouteros(action: Fields): Written {
  const { do: what, comment, distance, script } = action;
  const find = typeof comment === 'string' ? `[find comment=${quoteText(comment)}]` : undefined;
  switch (what) {
    case 'enable-route':
      if (find) return only(`/ip route enable ${find}`);
      break;
    case 'disable-route':
      if (find) return only(`/ip route disable ${find}`);
      break;
    case 'set-route-distance':
      if (find && typeof distance === 'number') return only(`/ip route set ${find} distance=${distance}`);
      break;
    case 'remove-connections':
      return only('/ip firewall connection remove [find]');
    case 'run-script':
      if (typeof script === 'string') return only(`/system script run ${scriptName(script)}`);
      break;
  }
  return none('not a router action that is known');
}

/** A name of digits only would be taken as a row number. */
function scriptName(name: string): string {
  return /^\d+$/.test(name) ? `[find name="${name}"]` : quoteText(name);
}

function writeNotify(name: string, receiver: Fields, checkName: string): Written {
  const written: Written = { commands: [], reasons: [] };
  const channels = Object.keys(receiver);
  if (channels.length === 0) return none(`receiver ${name} is not in the section notify`);
  for (const channel of channels) {
    const to = [asFields(receiver[channel])['to']].flat().filter((one) => typeof one === 'string');
    if (channel !== 'email' || to.length === 0) {
      written.reasons.push(
        channel === 'telegram'
          ? `receiver ${name}: the token of the bot is a secret and is not exported`
          : `receiver ${name}: RouterOS has no counterpart of ${channel}`,
      );
      continue;
    }
    const addresses = to.map((one) => /<([^<>]+)>$/.exec(one)?.[1] ?? one).join(',');
    const subject = escapeAtoms(`${checkName} is `).join('');
    written.commands.push(
      `/tool e-mail send to=${quoteText(addresses)} subject="${subject}$status" body="${subject}$status"`,
    );
  }
  return written;
}

function delayOf(action: Fields): Milliseconds {
  if (typeof action['delayMs'] === 'number') return action['delayMs'];
  return typeof action['delay'] === 'string' ? (parseDuration(action['delay']) ?? 0) : 0;
}

/** Anything as an object whose fields can be looked at. */
export function asFields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : {};
}
