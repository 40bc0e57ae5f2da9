import type { Milliseconds, UplinkSettings } from '../../model/index.ts';
import type { Clock, LinuxParts } from '../../platform/index.ts';

const readAgainMs: Milliseconds = 1000;

/** Which uplinks have their device on this machine now: devices come and go, and some stand elsewhere. */
export class PresentDevices {
  readonly #clock: Clock;
  #devices: ReadonlySet<string> = new Set();
  #readMs: Milliseconds = -Infinity;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  absent(
    uplinks: readonly UplinkSettings[],
    network: Pick<LinuxParts['network'], 'links'>,
  ): ReadonlyMap<string, UplinkSettings> {
    if (this.#clock.monotonic() - this.#readMs >= readAgainMs) {
      this.#devices = new Set(network.links().map(({ device }) => device));
      this.#readMs = this.#clock.monotonic();
    }
    return new Map(uplinks.filter(({ device }) => !this.#devices.has(device)).map((one) => [one.name, one]));
  }
}
