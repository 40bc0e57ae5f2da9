/** All that the page fetches for this language. */
export { idErrors as errors } from 'quorumwatch/text/errors/id.ts';
export { idFlows as flows } from 'quorumwatch/text/flows/id.ts';
export { idRecords as records } from 'quorumwatch/text/records/id.ts';
export { idReasons as reasons } from 'quorumwatch/text/reasons/id.ts';
export { id as texts } from './id.ts';
export { idReadyMade as readyMade } from './ready-made.ts';
