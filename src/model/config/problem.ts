/** What is wrong between the parts of a configuration. */
export interface Problem {
  path: (string | number)[];
  message: string;
  /** What stands there. */
  found: unknown;
}
