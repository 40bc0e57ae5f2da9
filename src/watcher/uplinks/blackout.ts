import { gatewayOf, type IpFamily, type UplinkOpinion, type UplinkSettings } from '../../model/index.ts';

/** Whether any way out is left, by address family. Unknown is not dead: only what is seen dead counts. */
export class Blackout {
  readonly #dark = new Set<IpFamily>();

  /** The families in which the last uplink died, or one answers again, since the last look. */
  look(uplinks: readonly UplinkSettings[], opinions: readonly UplinkOpinion[]): { family: IpFamily; dark: boolean }[] {
    return ([4, 6] as const).flatMap((family) => {
      const dead = (name: string) =>
        opinions.some((one) => one.uplink === name && one.family === family && one.state === 'dead');
      const all = uplinks.filter((uplink) => gatewayOf(uplink, family) !== undefined);
      const dark = all.length > 0 && all.every(({ name }) => dead(name));
      if (dark === this.#dark.has(family)) return [];
      if (dark) this.#dark.add(family);
      else this.#dark.delete(family);
      return [{ family, dark }];
    });
  }

  /** Sentences for people while it lasts. */
  get problems(): string[] {
    return ([4, 6] as const)
      .filter((family) => this.#dark.has(family))
      .map((family) => `all uplinks are dead for IPv${family}`);
  }
}
