/** All that the page fetches for this language. */
export { koErrors as errors } from 'quorumwatch/text/errors/ko.ts';
export { koFlows as flows } from 'quorumwatch/text/flows/ko.ts';
export { koRecords as records } from 'quorumwatch/text/records/ko.ts';
export { koReasons as reasons } from 'quorumwatch/text/reasons/ko.ts';
export { ko as texts } from './ko.ts';
export { koReadyMade as readyMade } from './ready-made.ts';
