import { createHash, timingSafeEqual } from 'node:crypto';
import type { OpenAPIHono } from '@hono/zod-openapi';
import type { Context } from 'hono';
import { QwError } from '../../model/index.ts';
import { readSecret } from '../../platform/index.ts';
import type { Watcher } from '../../watcher/index.ts';
import type { AccessEnvironment } from './access.ts';
import { limitBody } from './body-limit.ts';

/** A message of Pub/Sub has 10 MB at most, and a third more in its envelope. */
const maxBodyBytes = 15 * 1024 * 1024;
/** What could be guessed opens nothing. */
const leastTokenCharacters = 16;

/**
 * Flow logs of clouds that are posted here. Whoever posts has the secret of that address and no other right, so this stands
 * before the question who asks. An answer in the two hundreds says that the records are durable; anything else, that they
 * shall come again.
 */
export function serveFlowPush(api: OpenAPIHono<AccessEnvironment>, watcher: Pick<Watcher, 'flows'>): void {
  api.post('/flows/push/:name', limitBody(maxBodyBytes), async (context) => {
    const name = context.req.param('name');
    const settings = watcher.flows?.settings.push.find((one) => one.name === name);
    if (!settings || !(await hasToken(context, settings['token-file']))) {
      throw new QwError('FORBIDDEN', 'there is no such address, or this is not its token');
    }
    await watcher.flows?.push(name, await context.req.text());
    return context.body(null, 204);
  });
}

/** In the address, or as a bearer token: clouds that say by that who they are have the secret in the address. */
async function hasToken(context: Context, file: string): Promise<boolean> {
  const bearer = /^Bearer (.+)$/i.exec(context.req.header('authorization') ?? '')?.[1];
  const wanted = (await readSecret({ file })).reveal().trim();
  if (wanted.length < leastTokenCharacters) {
    throw new QwError('SECRET_UNREADABLE', `a token has at least ${leastTokenCharacters} characters`, { where: file });
  }
  const digest = (text: string) => createHash('sha256').update(text).digest();
  return [bearer, context.req.query('token')].some((given) => timingSafeEqual(digest(given ?? ''), digest(wanted)));
}
