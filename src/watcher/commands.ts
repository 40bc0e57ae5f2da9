import { stringify } from 'yaml';
import { verifyLedger, type VerdictMachine } from '../agree/index.ts';
import { QwError, type ConfigurationSource } from '../model/index.ts';
import type { Clock } from '../platform/index.ts';
import type { Commands, ConfigurationInForce } from './api.ts';
import type { Operator } from './cluster/operator.ts';
import type { WatcherReplica } from './cluster-figures.ts';
import { planChanges } from './plan.ts';
import type { Proposer } from './proposer.ts';
import { readConfigurationText } from './reading.ts';

export interface CommandParts {
  directory: string;
  clock: Clock;
  machine: VerdictMachine;
  proposer: Proposer;
  replica: Pick<WatcherReplica, 'status' | 'heard'>;
  operator?: Pick<Operator, 'sign'> | undefined;
}

export function createCommands(parts: CommandParts): Commands {
  const { machine, proposer, clock } = parts;
  /** Who decides alone needs no signature but its own. */
  const operator = () => (machine.membership().protocol === 'solo' ? undefined : parts.operator);
  const inForce = () => machine.view(clock.now()).inForce;
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
      const authority = signed ?? operator()?.sign('configure', now?.position ?? 0, document);
      await proposer.propose({ kind: 'configure', body: { document, source, by }, ...(authority && { authority }) });
      return { position: inForce()?.position ?? 0 };
    },
    changeMembership: async (change, signed) => {
      // A record that knows no other watchers cannot go on among several.
      if (!parts.replica.heard && change.type === 'promote') {
        throw new QwError('UNSUPPORTED', 'this watcher was started to run alone and reaches no others', {
          hint: 'start it with --peer-listen HOST:PORT, then promote',
        });
      }
      if (change.type === 'promote') refuseLaggards(parts.replica, change.ids);
      const before = machine.view(clock.now()).membershipPosition;
      const authority = signed ?? operator()?.sign('membership', before, change);
      await proposer.propose({ kind: 'membership', change, ...(authority && { authority }) });
      const { membership, membershipPosition } = machine.view(clock.now());
      return { position: membershipPosition, membership };
    },
    verifyLedger: () => verifyLedger(parts.directory),
  };
}

/** Entries that a newcomer may lack when it begins to vote; it has them within a second. */
const maxLackingEntries = 1000;

/** Members wait for the votes of those who are promoted: who isn't there yet would hold up all. */
function refuseLaggards(replica: CommandParts['replica'], ids: readonly string[]): void {
  const { entries, cluster } = replica.status();
  for (const id of ids) {
    const found = cluster?.members.find((member) => member.id === id);
    if (!found) continue;
    const has = found.entries ?? 0;
    const isUp = found.self || found.link?.state === 'up';
    if (isUp && (found.self || entries - has <= maxLackingEntries)) continue;
    const why = isUp ? `has ${has} of ${entries} ledger entries` : 'is not reached';
    throw new QwError('CONFLICT', `${id} ${why}, and would hold up the members`, {
      hint: 'start it, wait until it has caught up, then promote it',
      facts: { id, entries: has },
    });
  }
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
