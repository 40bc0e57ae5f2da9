/** All that the page fetches for this language. */
export { jaErrors as errors } from 'quorumwatch/text/errors/ja.ts';
export { jaFlows as flows } from 'quorumwatch/text/flows/ja.ts';
export { jaRecords as records } from 'quorumwatch/text/records/ja.ts';
export { jaReasons as reasons } from 'quorumwatch/text/reasons/ja.ts';
export { ja as texts } from './ja.ts';
export { jaReadyMade as readyMade } from './ready-made.ts';
