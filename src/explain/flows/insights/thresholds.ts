const dayMs = 86_400_000;

/**
 * From when on something is pointed out. They are guesses that keep an office quiet: raise them where the network is large.
 */
export const insightThresholds = {
  /** So far back somebody must not have been seen to be new, and so long there must have been records. */
  newPeer: { lookBackMs: 7 * dayMs, knownForMs: dayMs, leastBytes: 100_000, muchBytes: 100_000_000 },
  /** Different hosts on one port, or different ports of one host, in conversations that nobody answered. */
  scan: { leastHosts: 50, leastPorts: 50, mostPacketsPerFlow: 4, mostAnswered: 0.5, manyTimes: 10 },
  /** Flows at intervals that differ from the usual one by at most this share, but for a few. */
  beacon: { leastFlows: 8, mostFlows: 2000, jitter: 0.1, regularShare: 0.8, leastIntervalMs: 10_000 },
  /** Against the same hour of earlier days: outside of their median by so many times their spread, and by this share of it. */
  volume: { days: 7, leastDays: 3, deviations: 5, leastShare: 0.5, leastBytes: 10_000_000 },
  /** The busiest hours of each day (95 %) against the speed of an interface. */
  saturation: { days: 14, leastDays: 4, fullShare: 0.8, warnDays: 30, farDays: 180 },
  /** Of each kind. */
  most: 20,
} as const;
