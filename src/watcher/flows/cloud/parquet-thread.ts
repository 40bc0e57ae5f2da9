import { answerInThread } from '../../../platform/index.ts';
import { readPart, type ParquetPart } from './parquet-parts.ts';

/** The module that `read-parquet-log.ts` runs in a thread of its own. */

await answerInThread((part) => readPart(part as ParquetPart));
