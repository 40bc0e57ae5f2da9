/** The composition root: starts and stops the parts, and hands results from one verb to the next. */
export { certificateCrypto, verifyLedger } from '../agree/index.ts';
export { contentPolicy as statusPagePolicy, type SiteFile } from '../report/index.ts';
export { formatValue, Promql, readSeconds, type AnsweredSeries, type PromqlAnswer } from '../explain/index.ts';
export type {
  CheckFilter,
  Commands,
  ConfigurationInForce,
  Live,
  MembershipInForce,
  Queries,
  Watcher,
} from './api.ts';
export { discoveredConfiguration, type DiscoveryOptions, type FoundNetwork } from './discovery.ts';
export { checkedConfiguration, configurationJsonSchema, configurationParts } from './parts.ts';
export { openProber, probeTypes, type Prober } from './prober.ts';
export { readConfigurationText, type ConfigurationRead, type ConfigurationText } from './reading.ts';
export { checkSecrets } from './secrets.ts';
export { readGenesis, readGenesisFile, soloGenesis } from './genesis-file.ts';
export { readDashboard } from './dashboards/read-dashboard.ts';
export { metricsCsv } from './telemetry/csv.ts';
export { startWatcher, type GivenConfiguration, type ReplicaParts, type WatcherOptions } from './start.ts';
export { Accounts } from './accounts/accounts.ts';
export { shortened } from './accounts/address.ts';
export { Audit, type NewAudit } from './accounts/audit.ts';
export { passwordLengths } from './accounts/passwords.ts';
export { atLeast, lesserRole, namePattern, roles, type Principal, type Role } from './accounts/principal.ts';
export { tokenHash } from './accounts/tokens.ts';
export { createCluster, type CreatedCluster, type NewCluster } from './cluster/create.ts';
export type { ExportedFile, StatusPageDesk } from './status-page/desk.ts';
export type { Demonstration, DemonstrationOrder, Fault } from './cluster/demonstration.ts';
export { keyFile, readFirstConfiguration } from './cluster/folder.ts';
export { hasMembers, Member, type MemberOptions, type OpenMember } from './cluster/member.ts';
export { joinCluster, makeNextKey, nextKeyFile } from './cluster/join.ts';
export { Mouth } from './cluster/mouth.ts';
export { operatorKeyFile, readOperator, type Operator } from './cluster/operator.ts';
export { clusterSize } from './cluster/size.ts';
export { readUptimeKuma } from './import/read-uptime-kuma.ts';
