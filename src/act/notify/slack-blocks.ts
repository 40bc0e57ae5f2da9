import { levelColours } from './level.ts';
import type { OutgoingMessage } from './message.ts';
import { chunks } from './service-json.ts';

/** A section takes ten fields, and each fact needs two: its name and its value. */
const factsInSection = 5;
/** Of a header, in characters. */
const headerLimit = 150;

/**
 * The message in Block Kit, in an attachment because only those have a colour. Values are `plain_text`, which Slack does
 * not interpret; what is `mrkdwn` has `&`, `<` and `>` escaped, without which there are no links and no mentions.
 */
export function slackMessage(message: OutgoingMessage): object {
  const { words, links, acknowledged } = message;
  const facts = words.facts.map(({ label, value }): [string, string] => [label, value]);
  const sections = chunks(facts, factsInSection).map((some) => ({
    type: 'section',
    fields: some.flatMap(([label, value]) => [
      { type: 'mrkdwn', text: `*${escapeMrkdwn(label)}*`, verbatim: true },
      { type: 'plain_text', text: value, emoji: false },
    ]),
  }));
  return {
    text: escapeMrkdwn(words.headline),
    attachments: [
      {
        color: `#${levelColours[message.level]}`,
        fallback: words.headline,
        blocks: [
          { type: 'header', text: { type: 'plain_text', text: cut(words.headline), emoji: false } },
          ...sections,
          ...(acknowledged === undefined
            ? []
            : [{ type: 'context', elements: [{ type: 'plain_text', text: acknowledged, emoji: false }] }]),
          ...(links.length === 0 ? [] : [linkBlock(links)]),
        ],
      },
    ],
  };
}

function linkBlock(links: OutgoingMessage['links']): object {
  const shown = links.map(({ text, url }) => `<${escapeMrkdwn(url)}|${escapeMrkdwn(text)}>`);
  return {
    type: 'section',
    text: { type: 'mrkdwn', text: shown.join('  ·  '), verbatim: true },
  };
}

function cut(text: string): string {
  const characters = Array.from(text);
  return characters.length > headerLimit ? `${characters.slice(0, headerLimit - 1).join('')}…` : text;
}

/** The three characters that Slack's documentation names ("Formatting text for app surfaces", Escaping text). */
function escapeMrkdwn(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
