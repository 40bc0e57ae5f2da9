import { constants, setPriority } from 'node:os';

/**
 * Takes back the low priority that children begin with, for one that loses what it does not take in time. Where the system
 * refuses (CAP_SYS_NICE) it stays as it is.
 */
export function takeUsualPriority(): void {
  try {
    setPriority(constants.priority.PRIORITY_NORMAL);
  } catch {
    // It goes on at the priority that it has, and counts what it loses.
  }
}
