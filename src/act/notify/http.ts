import { z } from 'zod';
import { messageParts, partsOf } from './message-parts.ts';
import type { Notifier } from './notifier.ts';
import { hostOf, overHttp } from './over-http.ts';
import { templateOptions, templateProblem } from './template.ts';
import { sendTemplate } from './template-request.ts';

const options = templateOptions(messageParts);
const parsed = z.object(options);

/** A request as somebody has written it down, for every service that has no channel of its own. */
export const http: Notifier = {
  channel: 'http',
  summary: 'A request to any HTTP service, written down as a template.',
  options,
  problem: templateProblem,
  pace: { burst: 10, everyMs: 1000 },
  destination: (given) => hostOf(parsed.parse(given, { reportInput: false }).url),
  async send(message, given, context) {
    const settings = parsed.parse(given, { reportInput: false });
    return await overHttp(context, settings['ca-file'], (way) =>
      sendTemplate(way, settings, partsOf(message), context.clock.now()),
    );
  },
};
