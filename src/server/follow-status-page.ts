import { messageOf } from '../model/index.ts';
import { takeStatusPage } from './http/status-page.ts';
import { statusPageServing, type ServingParts } from './http/status-page-routes.ts';
import { reserve, type ReservedServer } from './start.ts';

export interface FollowedStatusPage {
  close(): Promise<void>;
}

interface Options extends ServingParts {
  /** Tells of changes of the configuration. */
  onEvent: (listener: (event: { kind: string }) => void) => () => void;
  insecure: boolean;
}

/**
 * Serves the status page on the address of its own that the configuration in force names, and on another one when that
 * changes. An address that cannot be used is logged: the watch goes on.
 */
export async function followStatusPage(options: Options): Promise<FollowedStatusPage> {
  const { desk, log, insecure } = options;
  let address = '';
  let server: ReservedServer | undefined;
  let changing = Promise.resolve();
  const follow = async () => {
    const { listen, tls } = desk.settings() ?? {};
    const wanted = listen === undefined ? '' : JSON.stringify([listen, tls]);
    if (wanted === address) return;
    address = wanted;
    await server?.close();
    server = undefined;
    if (listen === undefined) return;
    try {
      server = await reserve({ listen, tls, insecure });
      server.take(takeStatusPage(statusPageServing(options, true)));
      log.info('the status page has an address of its own', { url: server.url });
    } catch (thrown) {
      log.error('the status page cannot have an address of its own', { listen, problem: messageOf(thrown) });
    }
  };
  const soon = () => (changing = changing.then(follow));
  const unsubscribe = options.onEvent(({ kind }) => void (kind === 'configuration' && soon()));
  await soon();
  return {
    close: async () => {
      unsubscribe();
      await changing;
      await server?.close();
    },
  };
}
