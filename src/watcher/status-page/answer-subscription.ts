import { languages, type Language } from '../../model/index.ts';
import { answerPage, Speech, type StatusWorld } from '../../report/index.ts';
import type { LinkPurpose } from './subscriber-file.ts';
import type { Subscriptions } from './subscriptions.ts';

export interface SubscriptionRequest {
  isPost: boolean;
  query: URLSearchParams;
  /** Empty unless it is posted. */
  form: URLSearchParams;
  /** Whose request it is, for limits. */
  source: string;
}

export interface SubscriptionAnswer {
  status: 200 | 400 | 404 | 429;
  html: string;
}

/**
 * Forms and links of subscriptions. A link asks with a button: programs that open links of mails beforehand must not
 * confirm or leave for anybody. A mail program's own button posts at once (RFC 8058).
 */
export async function answerSubscription(
  subscriptions: Subscriptions,
  world: StatusWorld,
  { isPost, query, form, source }: SubscriptionRequest,
): Promise<SubscriptionAnswer> {
  const answer = (
    language: Language,
    status: SubscriptionAnswer['status'],
    says: (words: Speech['text']['subscribe']) => string,
    ask?: { button: (words: Speech['text']['subscribe']) => string; action: string },
  ): SubscriptionAnswer => {
    const speech = new Speech(language, world);
    const words = speech.text.subscribe;
    const question = ask && { button: ask.button(words), action: ask.action };
    return { status, html: answerPage(world, speech, { says: says(words), ask: question }) };
  };
  const [first = 'en'] = world.languages;
  for (const purpose of ['confirm', 'leave'] as const satisfies LinkPurpose[]) {
    const token = query.get(purpose);
    if (token === null) continue;
    const language = subscriptions.language(token, purpose);
    if (language === undefined) return answer(first, 404, (words) => words.invalid);
    if (!isPost) {
      const button = (words: Speech['text']['subscribe']) => words[`${purpose}Button`];
      const action = `subscription?${purpose}=${encodeURIComponent(token)}`;
      return answer(language, 200, (words) => words[purpose], { button, action });
    }
    if (!(await subscriptions[purpose](token))) return answer(language, 404, (words) => words.invalid);
    return answer(language, 200, (words) => (purpose === 'confirm' ? words.confirmed : words.left));
  }
  const asked = form.get('language');
  const language = languages.find((one) => one === asked && world.languages.includes(one)) ?? first;
  const kind = form.has('mail') && world.subscribe.mail ? 'mail' : 'webhook';
  if (!isPost || (kind === 'webhook' && !world.subscribe.webhooks)) return answer(first, 404, (words) => words.invalid);
  const outcome = subscriptions.request(kind, form.get(kind) ?? '', { language, source });
  if (outcome === 'wrong') return answer(language, 400, (words) => words.wrong);
  if (outcome === 'too-many') return answer(language, 429, (words) => words.tooMany);
  return answer(language, 200, (words) => (kind === 'mail' ? words.sent : words.webhookSent));
}
