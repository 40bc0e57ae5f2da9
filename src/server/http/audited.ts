import type { Context, MiddlewareHandler } from 'hono';
import { matchedRoutes } from 'hono/route';
import { QwError } from '../../model/index.ts';
import type { Watcher } from '../../watcher/index.ts';
import type { Access, AccessEnvironment } from './access.ts';
import { mayChange } from './roles.ts';
import { actor } from './session-routes.ts';

const base = '/api/v1';

/** Every request that may change something is written down when it is over, whatever came of it. */
export function auditChanges(access: Access, { audit }: Pick<Watcher, 'audit'>): MiddlewareHandler<AccessEnvironment> {
  return async (context, next) => {
    await next();
    const { method, path } = context.req;
    const pattern = patternOf(context);
    // Sign-ins say more of themselves.
    if (pattern === undefined || pattern === '/session' || !mayChange(method, path.slice(base.length))) return;
    const principal = context.get('principal') as AccessEnvironment['Variables']['principal'] | undefined;
    const text = context.get('audited');
    const on = subjectOf(pattern, path.slice(base.length));
    audit.add({
      ...(principal ? actor(principal) : { by: '', identity: 'nobody' }),
      what: `${method.toLowerCase()} ${pattern.replaceAll(/:(\w+)/g, '{$1}')}`,
      ...(on !== '' && { on }),
      ...(text !== undefined && { text }),
      from: access.addressOf(context),
      ...outcomeOf(context),
    });
  };
}

function outcomeOf({ error, res }: Context): { outcome: 'done' | 'refused' | 'failed'; code?: string } {
  if (error === undefined && res.status < 400) return { outcome: 'done' };
  const code = error instanceof QwError ? error.code : res.status < 500 ? 'BAD_INPUT' : 'INTERNAL';
  const outcome = code === 'UNAUTHORIZED' || code === 'FORBIDDEN' ? 'refused' : 'failed';
  return { outcome, code };
}

/** Of the route that answers, without the base; undefined when there is none. */
function patternOf(context: Context): string | undefined {
  const { method } = context.req;
  return matchedRoutes(context)
    .find((one) => one.method === method && !one.path.includes('*'))
    ?.path.slice(base.length);
}

/** What stands where the pattern has parameters. */
function subjectOf(pattern: string, path: string): string {
  const found = path.split('/');
  const values = pattern.split('/').flatMap((part, at) => (part.startsWith(':') ? decoded(found[at] ?? '') : []));
  return values.join('/');
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
