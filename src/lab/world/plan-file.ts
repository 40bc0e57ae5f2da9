import type { Plan } from './plan.ts';

/** What a failed seed leaves behind: enough to run it again, and what it broke. */
export interface PlanFile {
  invariant: string;
  plan: Plan;
}

export function writePlanFile(file: PlanFile): string {
  return `${JSON.stringify(file, undefined, 1)}\n`;
}

/** A text says what is wrong. The plan is trusted beyond its shape: it is a developer's own file. */
export function readPlanFile(text: string): PlanFile | string {
  let file: unknown;
  try {
    file = JSON.parse(text);
  } catch {
    return 'not JSON';
  }
  if (!isRecord(file) || typeof file['invariant'] !== 'string' || !isRecord(file['plan'])) {
    return 'expected {"invariant", "plan"}, as `sim run` writes it';
  }
  const plan = file['plan'];
  if (plan['version'] !== 1) return 'a plan of another version';
  const numbers = ['seed', 'members', 'spares', 'clients', 'safetyUs'];
  const lists = ['clocks', 'adversaries', 'faults', 'requests'];
  const records = ['tuning', 'network', 'disk'];
  const missing =
    numbers.find((name) => !Number.isSafeInteger(plan[name])) ??
    lists.find((name) => !Array.isArray(plan[name])) ??
    records.find((name) => !isRecord(plan[name]));
  if (missing !== undefined || typeof plan['protocol'] !== 'string')
    return `the plan's ${missing ?? 'protocol'} is wrong`;
  return file as unknown as PlanFile;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
