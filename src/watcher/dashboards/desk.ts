import type { VerdictMachine } from '../../agree/index.ts';
import { QwError, type ApiDashboard } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';
import type { Proposer } from '../proposer.ts';
import { builtInDashboards } from './built-in/index.ts';
import { readDashboard } from './read-dashboard.ts';

/** Dashboards: those that come with the program, and those that people have put into the ledger. */
export interface DashboardDesk {
  /** Built-in ones first, each kind by name. */
  list(): ApiDashboard[];
  get(name: string): ApiDashboard | undefined;
  /**
   * Puts a dashboard of YAML or JSON into the ledger; `base` is the position of the one that was edited, 0 for none.
   * Throws DASHBOARD_INVALID, CONFLICT, REQUEST_TOO_LARGE, BAD_INPUT.
   */
  save(name: string, text: string, by: string, base?: number): Promise<ApiDashboard>;
  /** Throws NOT_FOUND, CONFLICT. */
  remove(name: string, by: string, base?: number): Promise<void>;
}

export interface DashboardDeskParts {
  clock: Clock;
  machine: VerdictMachine;
  proposer: Pick<Proposer, 'propose'>;
}

const builtIn: ReadonlyMap<string, ApiDashboard> = new Map(
  builtInDashboards.map((document) => [
    document.name,
    { name: document.name, title: document.title, source: 'built-in', document },
  ]),
);

export function createDashboardDesk({ clock, machine, proposer }: DashboardDeskParts): DashboardDesk {
  const saved = (): ApiDashboard[] =>
    [...machine.view(clock.now()).dashboards.values()].map(({ name, document, position }) => ({
      name,
      title: titleOf(document) ?? name,
      source: 'ledger',
      position,
      document,
    }));
  const get = (name: string) => builtIn.get(name) ?? saved().find((one) => one.name === name);
  return {
    list: () => [...builtIn.values(), ...saved().filter(({ name }) => !builtIn.has(name))],
    get,
    save: async (name, text, by, base) => {
      refuseBuiltIn(name);
      const { document, dashboard } = readDashboard(text, 'dashboard');
      if (dashboard.name !== name) {
        throw new QwError('BAD_INPUT', `the document is named ${dashboard.name}, it cannot be saved as ${name}`, {
          hint: 'change its key `name`, or the address',
        });
      }
      await proposer.propose({ kind: 'dashboard', name, by, document, ...(base !== undefined && { base }) });
      const now = get(name);
      if (!now) throw new QwError('CONFLICT', `dashboard ${name} was removed in the same moment`);
      return now;
    },
    remove: async (name, by, base) => {
      refuseBuiltIn(name);
      await proposer.propose({ kind: 'dashboard', name, by, ...(base !== undefined && { base }) });
    },
  };
}

function refuseBuiltIn(name: string): void {
  if (!builtIn.has(name)) return;
  throw new QwError('CONFLICT', `${name} comes with the program and stays as it is`, {
    hint: 'save a copy under another name',
  });
}

/** Whoever put it there may have left out what it must have. */
function titleOf(document: unknown): string | undefined {
  if (typeof document !== 'object' || document === null || !('title' in document)) return undefined;
  return typeof document.title === 'string' ? document.title : undefined;
}
