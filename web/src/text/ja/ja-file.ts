/** All that the page fetches for this language. */
export { jaReasons as reasons } from 'quorumwatch/reasons/ja.ts';
export { ja as texts } from './ja.ts';
