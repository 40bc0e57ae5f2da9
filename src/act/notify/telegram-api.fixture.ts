import type { ServerResponse } from 'node:http';
import { startHttpServer, type Received } from '../testing/http-server.ts';

export interface Pressed {
  data?: string;
  chat?: number;
  from?: { id: number; username?: string; first_name?: string };
  message?: number;
}

interface Call {
  method: string;
  body: Record<string, unknown>;
}

/** A Bot API server in small: messages, buttons, one reader at a time; its answers have the shapes of the real one. */
export async function startBotApi(token: string) {
  const calls: Call[] = [];
  let updates: object[] = [];
  let nextUpdate = 1000;
  let nextMessage = 1;
  let reader: ServerResponse | undefined;
  const trouble: { status: number; body: object }[] = [];

  const answer = (response: ServerResponse, status: number, body: object) => {
    if (!response.destroyed)
      response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  };
  const deliver = () => {
    if (!reader || updates.length === 0) return;
    answer(reader, 200, { ok: true, result: updates });
    reader = undefined;
  };
  const getUpdates = (response: ServerResponse, { offset }: { offset?: number }) => {
    if (reader) {
      const description =
        'Conflict: terminated by other getUpdates request; make sure that only one bot instance is running';
      answer(reader, 409, { ok: false, error_code: 409, description });
    }
    if (offset !== undefined) updates = updates.filter((one) => (one as { update_id: number }).update_id >= offset);
    reader = response;
    deliver();
  };
  const server = await startHttpServer(({ url, body }: Received, response) => {
    const method = url.replace(`/bot${token}/`, '');
    if (method === url) {
      answer(response, 401, { ok: false, error_code: 401, description: 'Unauthorized' });
      return;
    }
    const given = JSON.parse(body === '' ? '{}' : body) as Record<string, unknown>;
    calls.push({ method, body: given });
    const refusal = trouble.shift();
    if (refusal) answer(response, refusal.status, refusal.body);
    else if (method === 'getUpdates') getUpdates(response, given);
    else if (method === 'sendMessage' || method === 'editMessageText') {
      const message_id = (given['message_id'] as number | undefined) ?? nextMessage++;
      answer(response, 200, {
        ok: true,
        result: { message_id, chat: { id: Number(given['chat_id']), type: 'group' } },
      });
    } else answer(response, 200, { ok: true, result: true });
  });
  return {
    url: server.url,
    calls,
    of: (method: string) => calls.filter((call) => call.method === method).map((call) => call.body),
    /** The next call is answered so. */
    refuseOnce: (status: number, body: object) => void trouble.push({ status, body }),
    press: ({ data = '', chat = -100, from = { id: 1, first_name: 'Alice' }, message = 1 }: Pressed) => {
      const id = nextUpdate++;
      const shown = { message_id: message, chat: { id: chat, type: 'group' }, date: 1, text: 'x' };
      const callback_query = {
        id: `q${id}`,
        from: { is_bot: false, ...from },
        message: shown,
        chat_instance: '1',
        data,
      };
      updates.push({ update_id: id, callback_query });
      deliver();
      return `q${id}`;
    },
    /** As after a reader that ended before it said what it had read. */
    pressAgain: () => {
      const last = updates.at(-1) as { callback_query: object } | undefined;
      if (last) updates.push({ ...last, update_id: nextUpdate++ });
      deliver();
    },
    say: (update: object) => {
      updates.push({ update_id: nextUpdate++, ...update });
      deliver();
    },
    stop: () => server.stop(),
  };
}
