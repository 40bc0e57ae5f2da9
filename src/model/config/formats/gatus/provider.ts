import type { ImportDraft, Keys } from '../foreign/import-draft.ts';

type Make = (
  provider: Keys,
  item: string,
  draft: ImportDraft,
) => [channel: string, options: Record<string, unknown> | undefined];

/** What alerts of a type lead to, and the thresholds of those that say none. */
export interface GatusProvider {
  receiver: string;
  failures?: number;
  successes?: number;
}

/** Adds the receiver of a provider of alerts, under the name of its type. */
export function translateProvider(
  type: string,
  provider: Keys,
  draft: ImportDraft,
  receivers: Map<string, GatusProvider>,
): void {
  const item = `alerting ${type}`;
  const make = providers[type];
  if (!make) {
    draft.leave(item, 'type', type, 'there is no channel of this type; the channel http reaches any service');
    return;
  }
  const [channel, options] = make(provider, item, draft);
  if (!options) return;
  const usual = provider.keys('default-alert');
  const failures = usual.number('failure-threshold');
  const successes = usual.number('success-threshold');
  receivers.set(type, {
    receiver: draft.addReceiver(type, channel, options),
    ...(failures !== undefined && { failures }),
    ...(successes !== undefined && { successes }),
  });
  for (const key of ['enabled', 'send-on-resolved']) usual.take(key);
  for (const [key, value] of usual.rest()) draft.leave(item, `default-alert.${key}`, value, 'it has no counterpart');
  for (const override of provider.list('overrides')) {
    draft.leave(item, 'overrides', override, 'give the checks of this group a receiver of their own, or a route');
  }
  for (const [key, value] of provider.rest()) draft.leave(item, key, value, 'messages have a look of their own');
}

const byWebhook =
  (channel: string): Make =>
  (provider, item, draft) => {
    provider.take('webhook-url');
    return [channel, { 'url-file': draft.secretFile(item, 'webhook address') }];
  };

const providers: Readonly<Record<string, Make>> = {
  slack: byWebhook('slack'),
  discord: byWebhook('discord'),
  teams: byWebhook('teams'),
  'teams-workflows': byWebhook('teams'),
  telegram(provider, item, draft) {
    provider.take('token');
    const chat = provider.text('id') ?? '';
    if (!/^(-?\d{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31})$/.test(chat)) {
      draft.leave(item, 'id', chat, 'expected a chat number or @name');
      return ['telegram', undefined];
    }
    return ['telegram', { chat, 'token-file': draft.secretFile(item, 'bot token') }];
  },
  ntfy(provider, item, draft) {
    provider.take('topic');
    provider.take('priority');
    const server = provider.text('url');
    const token = provider.take('token');
    return [
      'ntfy',
      {
        ...(server !== undefined && /^https?:\/\//.test(server) && { server }),
        'topic-file': draft.secretFile(item, 'topic'),
        ...(token !== undefined && { 'token-file': draft.secretFile(item, 'token') }),
      },
    ];
  },
  pagerduty(provider, item, draft) {
    provider.take('integration-key');
    return ['pagerduty', { 'routing-key-file': draft.secretFile(item, 'integration key') }];
  },
  email(provider, item, draft) {
    const [host, from, user] = [provider.text('host'), provider.text('from'), provider.text('username')];
    const to = (provider.text('to') ?? '').split(/[,;]\s*/).filter(Boolean);
    const port = provider.number('port');
    provider.take('password');
    if (host === undefined || from === undefined || to.length === 0) {
      draft.leave(item, 'to', to.join(', '), 'expected a server, a sender and receivers');
      return ['email', undefined];
    }
    return [
      'email',
      {
        host,
        ...(port !== undefined && { port }),
        tls: port === 465 ? 'tls' : 'starttls',
        from,
        to: to.length === 1 ? to[0] : to,
        ...(user !== undefined && { user, 'password-file': draft.secretFile(item, 'password') }),
      },
    ];
  },
};
