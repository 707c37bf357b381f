/**
 * Resolves at the first SIGINT or SIGTERM, or when nobody reads our output any more (`| head`); a second signal ends the
 * process at once.
 */
export function stopSignal(): Promise<string> {
  return new Promise((resolve) => {
    let asked = false;
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      process.on(signal, () => {
        if (asked) process.exit(130);
        asked = true;
        resolve(signal);
      });
    }
    process.stdout.on('error', () => resolve('EPIPE'));
  });
}
