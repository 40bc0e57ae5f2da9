/** Of one channel of one receiver, as its notifier's schemas have validated them. */
export type NotifierOptions = Readonly<Record<string, unknown>>;
