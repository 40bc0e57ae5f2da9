import { z } from 'zod';
import { duration, name } from '../scalars.ts';
import type { Milliseconds } from '../time.ts';

/** What a check does on a transition: exactly one of notify, run, log, routeros, and when. */

/** Tell a receiver that an incident opened or ended. */
export interface NotifyAction {
  kind: 'notify';
  receivers: readonly string[];
  delayMs: Milliseconds;
}

/** Start a program. */
export interface RunAction {
  kind: 'run';
  /** The argument vector; with `shell`, one command line. */
  command: readonly string[];
  shell: boolean;
  timeoutMs: Milliseconds;
  environment: Readonly<Record<string, string>>;
  /** What happens when a crash of the watcher cut it off and nobody knows whether it finished. */
  afterCrash: 'leave' | 'run-again';
  delayMs: Milliseconds;
}

/** Write a line to the watcher's log. */
export interface LogAction {
  kind: 'log';
  message: string;
  level: 'debug' | 'info' | 'warning' | 'error';
  delayMs: Milliseconds;
}

/** Change a MikroTik router over its REST API. */
export interface RouterosAction {
  kind: 'routeros';
  router: string;
  do: 'enable-route' | 'disable-route' | 'set-route-distance' | 'remove-connections' | 'run-script';
  comment?: string;
  distance?: number;
  script?: string;
  delayMs: Milliseconds;
}

export type Action = NotifyAction | RunAction | LogAction | RouterosAction;

/** Splits a command line into words; quotes group, nothing is expanded. Undefined when a quote stays open. */
export function splitCommand(line: string): string[] | undefined {
  const words: string[] = [];
  let word: string | undefined;
  let quote = '';
  for (let i = 0; i < line.length; i++) {
    const c = line.charAt(i);
    if (quote) {
      if (c === quote) quote = '';
      else if (c === '\\' && quote === '"' && /["\\]/.test(line.charAt(i + 1))) word = (word ?? '') + line.charAt(++i);
      else word = (word ?? '') + c;
    } else if (c === '"' || c === "'") {
      quote = c;
      word ??= '';
    } else if (c === '\\' && i + 1 < line.length) {
      word = (word ?? '') + line.charAt(++i);
    } else if (/\s/.test(c)) {
      if (word !== undefined) words.push(word);
      word = undefined;
    } else {
      word = (word ?? '') + c;
    }
  }
  if (quote) return undefined;
  if (word !== undefined) words.push(word);
  return words;
}

const kinds = ['notify', 'run', 'log', 'routeros'] as const;

export const actionSchema = z
  .strictObject({
    notify: z
      .union([name(), z.array(name()).min(1)])
      .optional()
      .describe('Receivers (from the section notify) that are told when an incident opens, and again when it ends.'),
    run: z
      .union([z.string().min(1), z.array(z.string()).min(1)])
      .optional()
      .describe(
        'A program with its arguments, as a list or as one line that is split at spaces (quotes group); no shell.',
      ),
    log: z.string().max(1000).optional().describe('A line for the log of the watcher.'),
    routeros: z
      .strictObject({
        router: name().describe('A router of the section routers.'),
        do: z.enum(['enable-route', 'disable-route', 'set-route-distance', 'remove-connections', 'run-script']),
        comment: z.string().optional().describe('The comment of the routes to change.'),
        distance: z.int().min(1).max(255).optional(),
        script: z.string().optional().describe('The name of the script to run on the router.'),
      })
      .optional()
      .describe('A change on a MikroTik router over its REST API.'),
    delay: duration({ max: '1h' }).prefault('0s').describe('Wait this long after the transition.'),
    shell: z.boolean().optional().describe('run only: hand the line to /bin/sh.'),
    timeout: duration({ min: '100ms', max: '1h' })
      .optional()
      .describe('run only: the program is ended after this time; 30s by default.'),
    environment: z
      .record(z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/), z.string())
      .optional()
      .describe('run only: more variables.'),
    'after-crash': z
      .enum(['leave', 'run-again'])
      .optional()
      .describe('run only: what to do when a crash of the watcher cut the program off; leave by default.'),
    level: z.enum(['debug', 'info', 'warning', 'error']).optional().describe('log only: info by default.'),
  })
  .transform((given, context): Action => {
    const present = kinds.filter((kind) => given[kind] !== undefined);
    const fail = (message: string, path: string[] = []): never => {
      context.addIssue({ code: 'custom', message, path, input: given });
      return z.NEVER;
    };
    if (present.length !== 1)
      return fail(`expected exactly one of ${kinds.join(', ')}, found ${present.join(' and ') || 'none'}`);
    if (given.run === undefined) {
      for (const key of ['shell', 'timeout', 'environment', 'after-crash'] as const) {
        if (given[key] !== undefined) return fail(`${key} belongs to run actions only`, [key]);
      }
    }
    if (given.level !== undefined && given.log === undefined)
      return fail('level belongs to log actions only', ['level']);
    const delayMs = given.delay;
    if (given.notify !== undefined) {
      return { kind: 'notify', receivers: Array.isArray(given.notify) ? given.notify : [given.notify], delayMs };
    }
    if (given.log !== undefined) return { kind: 'log', message: given.log, level: given.level ?? 'info', delayMs };
    if (given.routeros !== undefined) {
      const { router, do: what, comment, distance, script } = given.routeros;
      if (what.endsWith('route') && comment === undefined) return fail(`${what} needs comment`, ['routeros']);
      if (what === 'set-route-distance' && (comment === undefined || distance === undefined)) {
        return fail('set-route-distance needs comment and distance', ['routeros']);
      }
      if (what === 'remove-connections' && comment !== undefined) {
        return fail('remove-connections takes no comment: it removes every tracked connection', [
          'routeros',
          'comment',
        ]);
      }
      if (what === 'run-script' && script === undefined) return fail('run-script needs script', ['routeros']);
      return {
        kind: 'routeros',
        router,
        do: what,
        ...(comment === undefined ? {} : { comment }),
        ...(distance === undefined ? {} : { distance }),
        ...(script === undefined ? {} : { script }),
        delayMs,
      };
    }
    const shell = given.shell ?? false;
    const run = given.run ?? '';
    if (shell && Array.isArray(run)) return fail('with shell: true, run is one line', ['run']);
    const command = Array.isArray(run) ? run : shell ? [run] : splitCommand(run);
    if (!command?.[0]) return fail('expected a program; a quote stays open or the line is empty', ['run']);
    return {
      kind: 'run',
      command,
      shell,
      timeoutMs: given.timeout ?? 30_000,
      environment: given.environment ?? {},
      afterCrash: given['after-crash'] ?? 'leave',
      delayMs,
    };
  });
