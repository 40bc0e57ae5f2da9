import type { KnownMessage, ToldSoFar } from '../../act/index.ts';
import type { VerdictMachine } from '../../agree/index.ts';
import type { ActionIntent, NotificationBody } from '../../model/index.ts';
import type { Clock } from '../../platform/index.ts';

type Action = ReturnType<ReturnType<VerdictMachine['view']>['action']> & object;

/** A message that the agreed state knows of. */
export interface AgreedMessage {
  intent: ActionIntent;
  body: NotificationBody;
  action: Action;
}

/**
 * Messages about an incident, to one receiver or to all, oldest first: those that are finished, then those that are
 * pending. In a storm this is asked for each of thousands, so what is of no interest is passed over without ado.
 */
export function* messagesAbout(
  machine: VerdictMachine,
  clock: Clock,
  incident: string,
  receiver?: string,
): Generator<AgreedMessage> {
  const view = machine.view(clock.now());
  for (const actions of [view.finishedActions(), view.pendingActions()]) {
    for (const action of actions) {
      const { intent } = action;
      const body = intent.notification;
      if (!body || (receiver !== undefined && body.receiver !== receiver)) continue;
      const isAbout = body.incident.id === incident || body.others?.some(({ id }) => id === incident);
      if (isAbout) yield { intent, body, action };
    }
  }
}

/** What the dispatcher asks of the agreed state. */
export function toldSoFar(machine: VerdictMachine, clock: Clock): ToldSoFar {
  return {
    messages(receiver, incident) {
      const found: KnownMessage[] = [];
      for (const { intent, body, action } of messagesAbout(machine, clock, incident, receiver)) {
        const { receipt } = action;
        found.push({ id: intent.id, kind: body.message, watcher: intent.watcher, ...(receipt && { receipt }) });
      }
      return found;
    },
    isOver: (incident) => machine.view(clock.now()).incident(incident)?.status === 'resolved',
  };
}
