/** What a carrier of one action found: the dispatcher makes the receipt from it. */
export interface ActionFinding {
  outcome: 'done' | 'failed';
  /** One sentence that holds no secret. */
  text: string;
  exitCode?: number;
  output?: string;
  /** The watcher stopped before it ended: no receipt is written, and the next start treats it as cut off. */
  cutOff?: boolean;
}
