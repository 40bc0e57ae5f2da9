import { answerInThread } from '../platform/index.ts';
import { read, type ConfigurationText } from './reading.ts';

/** The module that `reading.ts` runs in a thread of its own. */

await answerInThread((text) => read(text as ConfigurationText));
