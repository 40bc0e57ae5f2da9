/** Recognises `/tool fetch` calls of Telegram's Bot API method sendMessage (core.telegram.org/bots/api#sendmessage). */

export interface TelegramMessage {
  token: string;
  chat: string;
  /** As far as it is known before the script runs. */
  text: string;
}

/** The message, or the reason why it is not one. */
export function readTelegram(
  values: ReadonlyMap<string, string>,
  unresolved: ReadonlyMap<string, string>,
): TelegramMessage | string {
  const url = values.get('url') ?? '';
  const match = /^(?:https:\/\/)?api\.telegram\.org(?::443)?\/bot([^/?#]+)\/sendMessage(?:\?([^#]*))?/i.exec(url);
  if (!match) return 'only calls of api.telegram.org sendMessage are translated';
  const fields = new Map([...formFields(match[2] ?? ''), ...bodyFields(values.get('http-data') ?? '')]);
  const token = match[1] ?? '';
  const chat = fields.get('chat_id') ?? '';
  const unknown = unresolved.get('url') ?? unresolved.get('http-data');
  if (token.includes('$')) return `the bot token ${unknown ?? 'variable'} is not known before a run`;
  if (!/^\d+:[A-Za-z0-9_-]+$/.test(token)) return 'expected a bot token after /bot';
  if (!/^(?:-?\d{1,20}|@[A-Za-z]\w{3,31})$/.test(chat)) return 'expected a constant chat_id';
  return { token, chat, text: fields.get('text') ?? '' };
}

function formFields(query: string): [string, string][] {
  return query
    .split('&')
    .filter(Boolean)
    .map((pair) => {
      const [key = '', ...rest] = pair.split('=');
      return [key, decode(rest.join('='))];
    });
}

function bodyFields(data: string): [string, string][] {
  if (!data.trimStart().startsWith('{')) return formFields(data);
  try {
    const parsed: unknown = JSON.parse(data);
    return Object.entries(parsed as Record<string, unknown>).map(([key, value]) => [
      key,
      typeof value === 'string' || typeof value === 'number' ? String(value) : '',
    ]);
  } catch {
    return [];
  }
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '));
  } catch {
    return text;
  }
}
