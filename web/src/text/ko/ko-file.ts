/** All that the page fetches for this language. */
export { koReasons as reasons } from 'quorumwatch/reasons/ko.ts';
export { ko as texts } from './ko.ts';
