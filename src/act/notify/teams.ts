import { z } from 'zod';
import type { MessageLevel } from './level.ts';
import type { OutgoingMessage } from './message.ts';
import type { Notifier } from './notifier.ts';
import { hostOf, jsonHeaders, judgeStatus, overHttp } from './over-http.ts';
import { caFile, secretFile, secretProblem, secretSource, secretVariable } from './secret-option.ts';

const options = {
  'url-file': secretFile('the address of the workflow'),
  url: secretVariable('the address of the workflow'),
  'ca-file': caFile,
};
const parsed = z.object(options);

/** What the connectors that came before workflows answered with status 200 when Teams was too busy. */
const hiddenRefusal = /returned HTTP error (\d{3})/;

/** A card in Microsoft Teams, by a workflow "When a Teams webhook request is received". It cannot be changed later. */
export const teams: Notifier = {
  channel: 'teams',
  summary: 'A card in a Microsoft Teams channel or chat, by a workflow.',
  options,
  problem: (given) => secretProblem(given, 'url', true),
  // Four messages a second are refused; a channel takes far fewer for long.
  pace: { burst: 4, everyMs: 2000 },
  destination: () => 'a workflow',
  async send(message, given, context) {
    const settings = parsed.parse(given, { reportInput: false });
    return await overHttp(context, settings['ca-file'], async (way) => {
      const source = secretSource(settings['url-file'], settings.url);
      if (!source) return { outcome: 'failed', text: 'teams needs url-file or url' };
      const url = await way.confidential.readUrl(source);
      const answer = await way.request({ url, headers: jsonHeaders, body: JSON.stringify(envelope(message)) });
      const service = hostOf(url);
      const hidden = hiddenRefusal.exec(answer.body.toString())?.[1];
      const status = answer.status === 200 && hidden !== undefined ? Number(hidden) : answer.status;
      const why = status < 300 ? '' : way.quote(answer);
      return judgeStatus({ ...answer, status }, { service, now: context.clock.now(), why });
    });
  },
};

const styles: Readonly<Record<MessageLevel, string>> = {
  critical: 'attention',
  error: 'attention',
  warning: 'warning',
  fine: 'good',
  test: 'accent',
};

function envelope(message: OutgoingMessage): object {
  const content = cardOf(message);
  return {
    type: 'message',
    attachments: [{ contentType: 'application/vnd.microsoft.card.adaptive', contentUrl: null, content }],
  };
}

/** Text runs are shown as they are; text blocks and fact sets would be read as Markdown (Adaptive Cards, "Text features"). */
function cardOf({ words, links, level }: OutgoingMessage): object {
  return {
    $schema: 'http://adaptivecards.io/schemas/adaptive-card.json',
    type: 'AdaptiveCard',
    version: '1.4',
    fallbackText: words.headline,
    msteams: { width: 'Full' },
    body: [
      {
        type: 'Container',
        style: styles[level],
        bleed: true,
        items: [line({ text: words.headline, size: 'Large', weight: 'Bolder' })],
      },
      ...words.facts.map(({ label, value }) => line({ text: `${label}: `, weight: 'Bolder' }, { text: value })),
    ],
    ...(links.length > 0 && { actions: links.map(({ text, url }) => ({ type: 'Action.OpenUrl', title: text, url })) }),
  };
}

function line(...runs: { text: string; size?: string; weight?: string }[]): object {
  return { type: 'RichTextBlock', inlines: runs.map((run) => ({ type: 'TextRun', ...run })) };
}
