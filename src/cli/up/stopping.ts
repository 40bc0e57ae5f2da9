/** Resolves at the first signal that asks to stop; the third one ends the process at once. */
export function untilStopped(): Promise<void> {
  return new Promise((resolve) => {
    let asked = 0;
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) {
      process.on(signal, () => {
        resolve();
        // Somebody who asks three times does not want to wait for what is running.
        if (++asked === 3) process.exit(1);
      });
    }
    // A launcher that is gone can't start it again, nor stop it: whoever it launched goes too.
    process.on('disconnect', resolve);
  });
}
