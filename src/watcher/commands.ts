import { stringify } from 'yaml';
import { verifyLedger, type VerdictMachine } from '../agree/index.ts';
import { QwError, type ApiIncident, type ConfigurationSource, type LedgerRequest } from '../model/index.ts';
import type { Clock } from '../platform/index.ts';
import type { Commands, ConfigurationInForce } from './api.ts';
import type { Operator } from './cluster/operator.ts';
import { planChanges } from './plan.ts';
import { presentIncident } from './present.ts';
import type { Proposer } from './proposer.ts';
import { readConfigurationText } from './reading.ts';

export interface CommandParts {
  directory: string;
  clock: Clock;
  machine: VerdictMachine;
  proposer: Proposer;
  /** This watcher's record knows no others. */
  alone: boolean;
  operator?: Pick<Operator, 'sign'> | undefined;
}

export function createCommands(parts: CommandParts): Commands {
  const { machine, proposer, clock, operator } = parts;
  const inForce = () => machine.view(clock.now()).inForce;
  const incidentAfter = async (request: LedgerRequest & { incident: string }): Promise<ApiIncident> => {
    await proposer.propose(request);
    const incident = machine.view(clock.now()).incident(request.incident);
    if (!incident) throw new QwError('NOT_FOUND', `there is no incident ${request.incident}`);
    return presentIncident(incident);
  };
  return {
    plan: async (yaml) => {
      const { document } = await readConfigurationText({ yaml, file: 'configuration' });
      const now = inForce();
      return planChanges(now?.body.document, document, now?.position ?? 0);
    },
    apply: async (yaml, by, basedOn, signed) => {
      const { document } = await readConfigurationText({ yaml, file: 'configuration' });
      const now = inForce();
      if (basedOn !== undefined && basedOn !== (now?.position ?? 0)) {
        throw new QwError('CONFLICT', `another configuration is in force since position ${now?.position ?? 0}`, {
          hint: 'plan again, look at what changed, and apply then',
        });
      }
      // The file it once came from stays known: as long as its text is the same, it does not undo this.
      const fileHash = now?.body.source.fileHash;
      const source: ConfigurationSource = { kind: 'api', ...(fileHash === undefined ? {} : { fileHash }) };
      const authority = signed ?? operator?.sign('configure', now?.position ?? 0, document);
      await proposer.propose({ kind: 'configure', body: { document, source, by }, ...(authority && { authority }) });
      return { position: inForce()?.position ?? 0 };
    },
    acknowledge: (incident, by) => incidentAfter({ kind: 'incident-acknowledge', incident, by }),
    note: (incident, by, text) => incidentAfter({ kind: 'incident-note', incident, by, text }),
    setStatus: (incident, by, status, text) => incidentAfter({ kind: 'incident-status', incident, by, status, text }),
    changeMembership: async (change, signed) => {
      if (parts.alone && change.type === 'promote') {
        throw new QwError('UNSUPPORTED', 'this watcher was started to run alone and reaches no others', {
          hint: 'start it with --peer-listen HOST:PORT, then promote',
        });
      }
      const before = machine.view(clock.now()).membershipPosition;
      const authority = signed ?? operator?.sign('membership', before, change);
      await proposer.propose({ kind: 'membership', change, ...(authority && { authority }) });
      const { membership, membershipPosition } = machine.view(clock.now());
      return { position: membershipPosition, membership };
    },
    verifyLedger: () => verifyLedger(parts.directory),
  };
}

export function configurationInForce(machine: VerdictMachine, clock: Clock): ConfigurationInForce {
  const now = machine.view(clock.now()).inForce;
  const document = now?.body.document ?? {};
  return {
    document,
    yaml: stringify(document, { lineWidth: 110 }),
    position: now?.position ?? 0,
    source: now ? `${now.body.source.kind}, by ${now.body.by}` : 'nothing',
  };
}
