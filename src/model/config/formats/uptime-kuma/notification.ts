import { isRecord, Keys, type ImportDraft } from '../foreign/import-draft.ts';

/** Adds a receiver and remembers it by the notification's number; what has no counterpart is listed. */
export function translateNotification(row: Keys, draft: ImportDraft, receivers: Map<string, string>): void {
  const id = row.text('id') ?? '';
  const title = row.text('name') ?? `notification ${id}`;
  const item = `notification ${title}`;
  for (const key of ['user_id', 'userId', 'active']) row.take(key);
  const isDefault = row.flag('is_default') === true || row.flag('isDefault') === true;
  const given = configOf(row.take('config'));
  if (!given) {
    draft.leave(item, 'config', '', 'it is no JSON object');
    return;
  }
  const config = new Keys(given);
  for (const key of ['name', 'isDefault', 'id', 'applyExisting', 'active', 'userId']) config.take(key);
  const type = config.text('type') ?? '';
  const make = channels[type];
  if (!make) {
    draft.leave(item, 'type', type, 'there is no channel of this type; the channel http reaches any service');
    return;
  }
  const [channel, options] = make(config, item, draft);
  if (!options) return;
  receivers.set(id, draft.addReceiver(title, channel, options));
  if (isDefault) draft.note(`${item} was told of new monitors by default; name it where new checks need it`);
  for (const [key, value] of config.rest()) draft.leave(item, key, value, 'messages have a look of their own');
}

function configOf(config: unknown): Record<string, unknown> | undefined {
  if (isRecord(config)) return config;
  if (typeof config !== 'string') return undefined;
  try {
    const parsed: unknown = JSON.parse(config);
    return isRecord(parsed) ? parsed : undefined;
  } catch {
    return undefined;
  }
}

type Make = (
  config: Keys,
  item: string,
  draft: ImportDraft,
) => [channel: string, options: Record<string, unknown> | undefined];

/** A channel whose secret is the address of its webhook. */
const byWebhook =
  (channel: string, key: string): Make =>
  (config, item, draft) => {
    config.take(key);
    return [channel, { 'url-file': draft.secretFile(item, 'webhook address') }];
  };

const mailbox = /^([^<>]*<[^<>@\s]+@[^<>@\s]+>|[^<>@,;\s]+@[^<>@,;\s]+)$/;

const channels: Readonly<Record<string, Make>> = {
  slack: byWebhook('slack', 'slackwebhookURL'),
  discord: byWebhook('discord', 'discordWebhookUrl'),
  teams: byWebhook('teams', 'webhookUrl'),
  telegram(config, item, draft) {
    config.take('telegramBotToken');
    const chat = config.text('telegramChatID') ?? '';
    if (!/^(-?\d{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31})$/.test(chat)) {
      draft.leave(item, 'telegramChatID', chat, 'expected a chat number or @name');
      return ['telegram', undefined];
    }
    return ['telegram', { chat, 'token-file': draft.secretFile(item, 'bot token') }];
  },
  ntfy(config, item, draft) {
    const server = config.text('ntfyserverurl');
    const method = config.text('ntfyAuthenticationMethod');
    const token = config.take('ntfyaccesstoken');
    config.take('ntfytopic');
    config.take('ntfyPriority');
    if (method === 'usernamePassword') {
      draft.leave(item, 'ntfyAuthenticationMethod', method, 'an access token is used instead of user and password');
    }
    for (const key of ['ntfyusername', 'ntfypassword']) config.take(key);
    return [
      'ntfy',
      {
        ...(server !== undefined && /^https?:\/\//.test(server) && { server }),
        'topic-file': draft.secretFile(item, 'topic'),
        ...(token !== undefined && token !== '' && token !== null && { 'token-file': draft.secretFile(item, 'token') }),
      },
    ];
  },
  PagerDuty(config, item, draft) {
    for (const key of [
      'pagerdutyIntegrationKey',
      'pagerdutyPriority',
      'pagerdutyAutoResolve',
      'pagerdutyIntegrationUrl',
    ]) {
      config.take(key);
    }
    return ['pagerduty', { 'routing-key-file': draft.secretFile(item, 'integration key') }];
  },
  smtp(config, item, draft) {
    const host = config.text('smtpHost');
    const from = config.text('smtpFrom') ?? '';
    const to = (config.text('smtpTo') ?? '').split(/[,;]\s*/).filter(Boolean);
    const user = config.text('smtpUsername');
    const isTls = config.flag('smtpSecure') === true;
    const port = config.number('smtpPort');
    config.take('smtpPassword');
    if (host === undefined || to.length === 0 || ![from, ...to].every((one) => mailbox.test(one))) {
      draft.leave(item, 'smtpTo', to.join(', '), 'expected a server, a sender and receivers as mail addresses');
      return ['email', undefined];
    }
    return [
      'email',
      {
        host,
        ...(port !== undefined && { port }),
        tls: isTls ? 'tls' : 'starttls',
        from,
        to: to.length === 1 ? to[0] : to,
        ...(user !== undefined && { user, 'password-file': draft.secretFile(item, 'password') }),
      },
    ];
  },
  webhook(config, item, draft) {
    const url = config.text('webhookURL') ?? '';
    config.take('webhookContentType');
    if (!/^https?:\/\/[^\s/]+/.test(url)) {
      draft.leave(item, 'webhookURL', url, 'expected an http or https address');
      return ['webhook', undefined];
    }
    // The address may be as good as a password.
    draft.note(`${item}: the body of its requests is ours, not theirs; the channel http sends any body`);
    return ['webhook', { url: new URL(url).origin + new URL(url).pathname }];
  },
};
