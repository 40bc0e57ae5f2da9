import { formatDuration } from '../../../time.ts';
import type { ImportContext } from './import-context.ts';
import type { ExportProperty } from './lexer.ts';
import type { Variables } from './script-values.ts';
import { longestDelayMs, translateScript, type ScriptAction } from './scripts.ts';

/** The actions of one script of a row, as `quorumwatch.yaml` writes them; the rest goes to the untranslated. */
export function translateActions(
  list: 'up' | 'down' | 'test',
  script: ExportProperty,
  constants: Variables,
  item: string,
  context: ImportContext,
): object[] {
  const { line } = script;
  const leave = (text: string, reason: string) =>
    context.leave({ line, menu: '/tool netwatch', item, text, reason: `${list}-script: ${reason}` });
  const source = resolveName(list, script, item, context);
  const translated = translateScript(source, constants);
  for (const piece of translated.untranslated) leave(piece.text, piece.reason);
  for (const note of translated.notes) context.note(line, `${item}, ${list}-script: ${note}`);
  const actions: object[] = [];
  for (const { action, delayMs } of translated.steps) {
    if (actions.length >= maxActions) {
      leave(describe(action), `a check has at most ${maxActions} actions for one change`);
    } else if (list === 'test' && action.kind !== 'log') {
      leave(describe(action), 'after each probe only log and run actions are possible');
    } else if (delayMs > longestDelayMs) {
      leave(describe(action), `it starts ${formatDuration(delayMs)} after the change; the longest delay is 1h`);
    } else {
      const made = makeAction(action, line, item, context);
      if (typeof made === 'string') leave(describe(action), made);
      else actions.push(delayMs > 0 ? { ...made, delay: formatDuration(delayMs) } : made);
    }
  }
  return actions;
}

const maxActions = 20;

/** A script that is a single word is the name of a `/system script`. */
function resolveName(list: string, script: ExportProperty, item: string, context: ImportContext): string {
  const name = script.value.trim();
  const source = context.scripts.get(name);
  if (source !== undefined) {
    context.usedScripts.add(name);
    context.note(script.line, `${item}: ${list}-script is the script ${name} of this export`);
    return source;
  }
  if (!/^[A-Za-z0-9_][\w.-]*$/.test(name)) return script.value;
  context.note(
    script.line,
    `${item}: ${list}-script ${name} is taken as the name of a script on the router; this export does not hold it`,
  );
  return `/system script run "${name}"`;
}

/** The action, or the reason why it cannot be one of ours. */
function makeAction(action: ScriptAction, line: number, item: string, context: ImportContext): object | string {
  switch (action.kind) {
    case 'log':
      if (action.message.length > 1000) return 'a log line has at most 1000 characters';
      return { log: action.message, ...(action.level === 'info' ? {} : { level: action.level }) };
    case 'telegram':
      context.note(line, `${item}: its Telegram text was "${action.text}"; notifications have a text of their own`);
      return { notify: context.receivers.telegram(action.token, action.chat, line) };
    case 'email': {
      const receiver = context.receivers.email(action.to, line);
      if (receiver === undefined) return 'expected to= with mail addresses';
      context.note(
        line,
        `${item}: its e-mail had the subject "${action.subject}" and the text "${action.body}"; notifications have a text of their own`,
      );
      return { notify: receiver };
    }
    case 'run-script':
    case 'remove-connections': {
      context.usesRouter = true;
      const { kind, ...rest } = action;
      return { routeros: { router: context.router, do: kind, ...rest } };
    }
    default: {
      context.usesRouter = true;
      if (!context.routeComments.has(action.comment)) context.routeComments.set(action.comment, line);
      const { kind, ...rest } = action;
      return { routeros: { router: context.router, do: kind, ...rest } };
    }
  }
}

/** The action as the script had it, in one line. */
function describe(action: ScriptAction): string {
  switch (action.kind) {
    case 'log':
      return `:log ${action.level} "${action.message}"`;
    case 'telegram':
      return `/tool fetch … sendMessage chat_id=${action.chat}`;
    case 'email':
      return `/tool e-mail send to=${action.to} subject="${action.subject}"`;
    case 'run-script':
      return `/system script run ${action.script}`;
    case 'remove-connections':
      return '/ip firewall connection remove [find]';
    case 'set-route-distance':
      return `/ip route set [find comment="${action.comment}"] distance=${action.distance}`;
    default:
      return `/ip route ${action.kind.replace('-route', '')} [find comment="${action.comment}"]`;
  }
}
