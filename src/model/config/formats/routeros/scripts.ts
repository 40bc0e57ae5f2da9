import { parseDuration, type Milliseconds } from '../../../time.ts';
import { readFind } from './find.ts';
import { findCommand, isKnownMenu } from './commands.ts';
import { evaluateWord, type Variables } from './script-values.ts';
import { withoutSecrets } from './secrets.ts';
import { splitStatements } from './statements.ts';
import { readTelegram } from './telegram.ts';
import { readDuration, readFlag } from './values.ts';
import { splitWords, type Word } from './words.ts';

/**
 * Recognises the usual shapes of Netwatch scripts and says what they do. A script is never run: what is not recognised
 * comes back as it stands, with the reason.
 */

export type ScriptAction =
  | { kind: 'log'; level: 'debug' | 'info' | 'warning' | 'error'; message: string }
  | { kind: 'enable-route' | 'disable-route'; comment: string }
  | { kind: 'set-route-distance'; comment: string; distance: number }
  | { kind: 'remove-connections' }
  | { kind: 'run-script'; script: string }
  | { kind: 'telegram'; token: string; chat: string; text: string }
  | { kind: 'email'; to: string; subject: string; body: string };

interface ScriptStep {
  action: ScriptAction;
  /** The sum of the delays before it. */
  delayMs: Milliseconds;
}

export interface TranslatedScript {
  steps: ScriptStep[];
  /** Pieces as they stand (secrets masked), with the reason. */
  untranslated: { text: string; reason: string }[];
  notes: string[];
}

const maxNesting = 8;

export function translateScript(source: string, known: Variables): TranslatedScript {
  const translator = new Translator(known);
  translator.script(source, 0);
  return translator.finish();
}

class Translator {
  readonly #steps: ScriptStep[] = [];
  readonly #untranslated: { text: string; reason: string }[] = [];
  readonly #notes: string[] = [];
  readonly #variables: Map<string, string>;
  /** The statements that gave the variables of the script their values. */
  readonly #definitions = new Map<string, string>();
  #delayMs = 0;
  #menu: readonly string[] = [];

  constructor(known: Variables) {
    this.#variables = new Map(known);
  }

  finish(): TranslatedScript {
    const last = this.#steps.at(-1)?.delayMs ?? 0;
    if (this.#delayMs > last) this.#notes.push('a :delay that no translated action follows has no effect');
    return { steps: this.#steps, untranslated: this.#untranslated, notes: this.#notes };
  }

  script(source: string, nesting: number): void {
    for (const statement of splitStatements(source)) {
      if (statement.startsWith('#')) {
        this.#notes.push(withoutSecrets(`comment in the script: ${statement}`));
      } else if (statement.startsWith('{') && statement.endsWith('}') && nesting < maxNesting) {
        this.script(statement.slice(1, -1), nesting + 1);
      } else {
        const reason = this.#statement(statement);
        if (reason !== undefined) this.#leave(statement, reason);
      }
    }
  }

  #leave(statement: string, reason: string): void {
    const used = [...this.#definitions].filter(([name]) => statement.includes(`$${name}`)).map(([, text]) => text);
    const context = used.length > 0 ? ` (defined before: ${withoutSecrets(used.join('; '))})` : '';
    this.#untranslated.push({ text: withoutSecrets(statement), reason: reason + context });
    // A piece that is not understood may change variables: they are unknown from here on.
    for (const [, name = ''] of statement.matchAll(/\b(?:set|local|global|for|foreach)\s+"?([A-Za-z][\w-]*)/g)) {
      this.#variables.delete(name);
      this.#definitions.delete(name);
    }
  }

  /** Undefined when the statement was understood, otherwise the reason why not. */
  #statement(statement: string): string | undefined {
    const { words, problems } = splitWords(statement);
    if (problems[0]) return `expected ${problems[0].expected}`;
    const { name, args, menu } = findCommand(words, this.#menu);
    if (menu) this.#menu = menu;
    if (name === undefined) return menu && isKnownMenu(menu) ? undefined : 'this command has no counterpart';
    switch (name) {
      case 'delay':
        return this.#delay(args);
      case 'local':
      case 'global':
      case 'set':
        return this.#assign(args, statement);
      case 'ip route enable':
      case 'ip route disable':
      case 'ip route set':
        return this.#route(name.slice(9), args);
      case 'ip firewall connection remove':
        return this.#connections(args);
      case 'tool fetch':
        return this.#fetch(args);
      case 'tool e-mail send':
        return this.#email(args);
      case 'system script run':
        return this.#run(args);
      default:
        return this.#log(name.slice(4) as 'info', args);
    }
  }

  #add(action: ScriptAction): undefined {
    this.#steps.push({ action, delayMs: this.#delayMs });
  }

  #delay(args: readonly Word[]): string | undefined {
    const word = args[0];
    if (args.length !== 1 || !word) return 'expected one duration';
    const { text, unresolved } = evaluateWord(word, this.#variables);
    const ms = unresolved.length > 0 ? undefined : readDuration(text);
    if (ms === undefined) return 'expected a duration such as 5s';
    this.#delayMs += ms;
    return undefined;
  }

  #assign(args: readonly Word[], statement: string): string | undefined {
    const [target, value] = args;
    if (!target || args.length > 2 || target.form === 'bracket') return 'only constant values are known before a run';
    const name = target.key ?? target.raw;
    if (target.key !== undefined) return 'expected a name and a value';
    if (!value) return 'a variable from elsewhere is not known before a run';
    const { text, unresolved } = evaluateWord(value, this.#variables);
    if (unresolved.length > 0) return `${unresolved[0]} is not known before a run`;
    this.#variables.set(name, text);
    this.#definitions.set(name, statement);
    return undefined;
  }

  #log(level: 'debug' | 'info' | 'warning' | 'error', args: readonly Word[]): string | undefined {
    const word = args[0];
    if (!word || args.length !== 1 || (word.key !== undefined && word.key !== 'message')) return 'expected one message';
    const { text, unresolved } = evaluateWord(word, this.#variables);
    if (unresolved.length > 0) return `${unresolved[0]} is not known before a run`;
    return this.#add({ kind: 'log', level, message: text });
  }

  #route(verb: string, args: readonly Word[]): string | undefined {
    const [which, ...settings] = args;
    if (!which || (which.key !== undefined && which.key !== 'numbers')) return 'expected [find comment=…]';
    if (which.form !== 'bracket') return 'row numbers change; expected [find comment=…]';
    const conditions = readFind(which.raw, 'ip route');
    const comment = conditions?.get('comment');
    if (!comment || conditions?.size !== 1)
      return 'expected [find comment=…] with one constant comment and nothing else';
    if (verb !== 'set') {
      if (settings.length > 0) return 'expected nothing after [find …]';
      return this.#add({ kind: verb === 'enable' ? 'enable-route' : 'disable-route', comment });
    }
    const actions: ScriptAction[] = [];
    for (const word of settings) {
      const { text, unresolved } = evaluateWord(word, this.#variables);
      const distance = /^\d{1,3}$/.test(text) ? Number(text) : 0;
      const disabled = readFlag(text);
      if (unresolved.length > 0) return `${unresolved[0]} is not known before a run`;
      if (word.key === 'distance' && distance >= 1 && distance <= 255) {
        actions.push({ kind: 'set-route-distance', comment, distance });
      } else if (word.key === 'disabled' && disabled !== undefined) {
        actions.push({ kind: disabled ? 'disable-route' : 'enable-route', comment });
      } else return 'of a route only distance (1 to 255) and disabled can be set';
    }
    if (actions.length === 0) return 'expected distance= or disabled=';
    for (const action of actions) this.#add(action);
    return undefined;
  }

  #connections(args: readonly Word[]): string | undefined {
    const which = args[0];
    const conditions = which?.form === 'bracket' ? readFind(which.raw, 'ip firewall connection') : undefined;
    if (args.length !== 1 || conditions?.size !== 0) return 'expected [find] without conditions: all connections';
    return this.#add({ kind: 'remove-connections' });
  }

  #fetch(args: readonly Word[]): string | undefined {
    const given = this.#named(args);
    const telegram = readTelegram(given.values, given.unresolved);
    return typeof telegram === 'string' ? telegram : this.#add({ kind: 'telegram', ...telegram });
  }

  #email(args: readonly Word[]): string | undefined {
    const { values, unresolved } = this.#named(args);
    const to = values.get('to');
    if (!to || unresolved.has('to')) return 'expected to= with a constant address';
    for (const key of ['password', 'file', 'server', 'user', 'port', 'tls', 'start-tls', 'from', 'cc']) {
      if (values.has(key))
        this.#notes.push(`${key}= of the e-mail is not taken over; the receiver has its own settings`);
    }
    return this.#add({ kind: 'email', to, subject: values.get('subject') ?? '', body: values.get('body') ?? '' });
  }

  #run(args: readonly Word[]): string | undefined {
    const word = args[0];
    if (!word || args.length !== 1) return 'expected the name of one script';
    let script: string | undefined;
    if (word.form === 'bracket') {
      const conditions = readFind(word.raw, 'system script');
      script = conditions?.size === 1 ? conditions.get('name') : undefined;
    } else if (word.key === undefined || word.key === 'numbers' || word.key === 'number') {
      const { text, unresolved } = evaluateWord(word, this.#variables);
      if (unresolved.length === 0 && !/^\d+$/.test(text)) script = text;
    }
    return script ? this.#add({ kind: 'run-script', script }) : 'expected the constant name of one script';
  }

  #named(args: readonly Word[]): { values: Map<string, string>; unresolved: Map<string, string> } {
    const values = new Map<string, string>();
    const unresolved = new Map<string, string>();
    for (const word of args) {
      const { text, unresolved: unknown } = evaluateWord(word, this.#variables);
      values.set(word.key ?? text, word.key === undefined ? '' : text);
      if (word.key !== undefined && unknown[0] !== undefined) unresolved.set(word.key, unknown[0]);
    }
    return { values, unresolved };
  }
}

/** The longest delay that an action of ours can have. */
export const longestDelayMs = parseDuration('1h') ?? 0;
