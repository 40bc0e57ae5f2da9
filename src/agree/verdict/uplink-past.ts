import type { UplinkDrill } from '../../model/index.ts';

/** What the state still knows of uplinks: where to find the last switches, and how each was drilled last. */
export interface UplinkPast {
  /** Oldest first. */
  readonly switches: readonly { id: string; position: number }[];
  /** The newest of each uplink, in the order in which they were drilled. */
  readonly drills: readonly (UplinkDrill & { position: number })[];
}

const maxSwitches = 1000;
const maxDrills = 100;

export const noUplinkPast: UplinkPast = { switches: [], drills: [] };

export function withSwitch(past: UplinkPast, id: string, position: number): UplinkPast {
  return { ...past, switches: [...past.switches, { id, position }].slice(-maxSwitches) };
}

export function withDrill(past: UplinkPast, drill: UplinkDrill, position: number): UplinkPast {
  const others = past.drills.filter(({ uplink }) => uplink !== drill.uplink);
  return { ...past, drills: [...others, { ...drill, position }].slice(-maxDrills) };
}
