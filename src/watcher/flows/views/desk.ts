import type { VerdictMachine } from '../../../agree/index.ts';
import { formatInstant, QwError, type ApiFlowView } from '../../../model/index.ts';
import type { Clock } from '../../../platform/index.ts';
import type { Proposer } from '../../proposer.ts';
import { builtInFlowViews } from './built-in.ts';
import { problemOfFlowView, readFlowView } from './read-flow-view.ts';

/** Views of traffic: those that come with the program, and those that people have put into the ledger. */
export interface FlowViewDesk {
  /** Built-in ones first, then the others by name; those that can no longer be read are among them, with the reason. */
  list(): ApiFlowView[];
  get(name: string): ApiFlowView | undefined;
  /**
   * Puts a view of YAML or JSON into the ledger. `base` is the position of the one that was edited, 0 for none; `was` is
   * its name before, if it gets another one. Throws FLOW_VIEW_INVALID, CONFLICT, NOT_FOUND, REQUEST_TOO_LARGE, BAD_INPUT.
   */
  save(name: string, text: string, by: string, how?: { base?: number; was?: string }): Promise<ApiFlowView>;
  /** Throws NOT_FOUND, CONFLICT. */
  remove(name: string, by: string, base?: number): Promise<void>;
}

export interface FlowViewDeskParts {
  clock: Clock;
  machine: VerdictMachine;
  proposer: Pick<Proposer, 'propose'>;
}

const builtIn: ReadonlyMap<string, ApiFlowView> = new Map(
  builtInFlowViews.map((document) => [
    document.name,
    { name: document.name, title: document.title, source: 'built-in', document },
  ]),
);

export function createFlowViewDesk({ clock, machine, proposer }: FlowViewDeskParts): FlowViewDesk {
  const saved = (): ApiFlowView[] =>
    [...machine.view(clock.now()).flowViews.values()].map(({ name, document, position, by, time }) => {
      const problem = problemOfFlowView(document);
      return {
        name,
        title: titleOf(document) ?? name,
        source: 'ledger',
        position,
        by,
        at: formatInstant(time),
        document,
        ...(problem !== undefined && { problem }),
      };
    });
  const get = (name: string) => builtIn.get(name) ?? saved().find((one) => one.name === name);
  return {
    list: () => [...builtIn.values(), ...saved().filter(({ name }) => !builtIn.has(name))],
    get,
    save: async (name, text, by, { base, was } = {}) => {
      refuseBuiltIn(name);
      if (was !== undefined) refuseBuiltIn(was);
      const { document, view } = readFlowView(text, 'view');
      if (view.name !== name) {
        throw new QwError('BAD_INPUT', `the document is named ${view.name}, it cannot be saved as ${name}`, {
          hint: 'change its key `name`, or the address',
        });
      }
      const how = { ...(base !== undefined && { base }), ...(was !== undefined && { was }) };
      await proposer.propose({ kind: 'flow-view', name, by, document, ...how });
      const now = get(name);
      if (!now) throw new QwError('CONFLICT', `the view of traffic ${name} was removed in the same moment`);
      return now;
    },
    remove: async (name, by, base) => {
      refuseBuiltIn(name);
      await proposer.propose({ kind: 'flow-view', name, by, ...(base !== undefined && { base }) });
    },
  };
}

function refuseBuiltIn(name: string): void {
  if (!builtIn.has(name)) return;
  throw new QwError('CONFLICT', `${name} comes with the program and stays as it is`, {
    hint: 'save it under another name',
  });
}

/** Whoever put it there may have left out what it must have. */
function titleOf(document: unknown): string | undefined {
  if (typeof document !== 'object' || document === null || !('title' in document)) return undefined;
  return typeof document.title === 'string' ? document.title : undefined;
}
