import { readFile } from 'node:fs/promises';
import { messageOf, type Router, type RouterosAction } from '../../model/index.ts';
import { readSecret, redact, type Clock, type Secret } from '../../platform/index.ts';
import type { ActionFinding } from '../finding.ts';
import { openRouter, RouterError, type RouterClient } from './client.ts';
import { removeConnections } from './connections.ts';
import { changeRoutes } from './routes.ts';

export interface RouterosContext {
  clock: Clock;
  signal: AbortSignal;
  warn: (message: string) => void;
}

/**
 * Changes a router and reads back what became of it. Doing it twice is the same as doing it once, so a router that did
 * not answer is asked a second time. With `dry-run` it only reads, and says what it would change.
 */
export async function actOnRouter(
  action: RouterosAction,
  router: Router,
  context: RouterosContext,
): Promise<ActionFinding> {
  const dryRun = router['dry-run'];
  const secrets: Secret[] = [];
  let client: RouterClient | undefined;
  try {
    const password = await readSecret({ file: router['password-file'] }, context);
    secrets.push(password);
    const ca = router['ca-file'] === undefined ? {} : { ca: await readFile(router['ca-file'], 'utf8') };
    client = openRouter({ url: router.url, user: router.user, password, ...ca, signal: context.signal });
    const text = await carryOut(client, action, { ...context, dryRun });
    return { outcome: 'done', text: `${dryRun ? 'dry run: ' : ''}${router.name}: ${text}` };
  } catch (error) {
    const text = `${router.name}: ${redact(messageOf(error), secrets)}`;
    return { outcome: 'failed', text, ...(context.signal.aborted ? { cutOff: true } : {}) };
  } finally {
    client?.close();
  }
}

async function carryOut(
  client: RouterClient,
  action: RouterosAction,
  context: RouterosContext & { dryRun: boolean },
): Promise<string> {
  try {
    return await once(client, action, context);
  } catch (error) {
    const silent = error instanceof RouterError && error.status === undefined;
    if (!silent || action.do === 'run-script' || context.signal.aborted) throw error;
    return await once(client, action, context);
  }
}

async function once(
  client: RouterClient,
  action: RouterosAction,
  context: RouterosContext & { dryRun: boolean },
): Promise<string> {
  if (action.do === 'remove-connections') return await removeConnections(client, context.dryRun);
  if (action.do === 'run-script') return await runScriptOnRouter(client, action.script ?? '', context.dryRun);
  return await changeRoutes(client, action, context);
}

async function runScriptOnRouter(client: RouterClient, name: string, dryRun: boolean): Promise<string> {
  const menu = 'system/script';
  for (let again = false; ; again = true) {
    const found = await client.print(menu, { name }, ['.id', 'name']);
    const id = found.find((row) => row['name'] === name)?.['.id'];
    if (id === undefined) throw new RouterError(`has no script ${name}`);
    if (dryRun) return `the script ${name} would run`;
    try {
      await client.command(menu, 'run', { '.id': id });
      return `the script ${name} ran`;
    } catch (error) {
      if (again || !(error instanceof RouterError) || error.status !== 404) throw error;
    }
  }
}
