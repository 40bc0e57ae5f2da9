import { setFlagsFromString } from 'node:v8';

/**
 * A watcher lives for months beside other programs, so that memory counts for more than the last bit of throughput.
 * V8 would let the young generation grow to 128 MB while the configuration is read, and never take it back, and would
 * let garbage pile up to several times what is alive. To be called before large things are loaded.
 */
export function keepHeapSmall(): void {
  // The young generation stays as large as it is now: about 16 MB.
  setFlagsFromString('--semi-space-growth-factor=1');
  // The old one is collected when it has grown by a quarter.
  setFlagsFromString('--heap-growing-percent=25');
}
