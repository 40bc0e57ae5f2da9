/** All that the page fetches for this language. */
export { idReasons as reasons } from 'quorumwatch/reasons/id.ts';
export { id as texts } from './id.ts';
