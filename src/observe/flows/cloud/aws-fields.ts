/**
 * Fields of AWS VPC and transit gateway flow logs, by the version that brought them, in the order of their documentation
 * (docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html, /vpc/latest/tgw/tgw-flow-logs.html).
 */
const fieldsByVersion: readonly string[] = [
  'version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status',
  'vpc-id subnet-id instance-id tcp-flags type pkt-srcaddr pkt-dstaddr',
  'region az-id sublocation-type sublocation-id',
  'pkt-src-aws-service pkt-dst-aws-service flow-direction traffic-path',
  'resource-type tgw-id tgw-attachment-id tgw-src-vpc-account-id tgw-dst-vpc-account-id tgw-src-vpc-id tgw-dst-vpc-id ' +
    'tgw-src-subnet-id tgw-dst-subnet-id tgw-src-eni tgw-dst-eni tgw-src-az-id tgw-dst-az-id tgw-pair-attachment-id ' +
    'packets-lost-no-route packets-lost-blackhole packets-lost-mtu-exceeded packets-lost-ttl-expired',
  'ecs-cluster-arn ecs-cluster-name ecs-container-instance-arn ecs-container-instance-id ecs-container-id ' +
    'ecs-second-container-id ecs-service-name ecs-task-definition-arn ecs-task-arn ecs-task-id',
  'reject-reason',
];

const known: ReadonlySet<string> = new Set(fieldsByVersion.flatMap((fields) => fields.split(' ')));

/** What a log has when nobody chose its fields. */
export const defaultAwsFields: readonly string[] = fieldsByVersion[0]?.split(' ') ?? [];

/** So many fields has no log. */
const maxFields = 200;

/**
 * Fields out of the format that a log was made with (`${version} ${srcaddr} …`) or of the header line of its files. Names
 * may have underscores; unknown ones are passed over in records. Undefined for what is no such list.
 */
export function parseAwsFields(text: string): string[] | undefined {
  const fields = text
    .trim()
    .split(/[\s,]+/)
    .map((field) =>
      field
        .replace(/^\$\{(.*)\}$/, '$1')
        .replaceAll('_', '-')
        .toLowerCase(),
    );
  const areNames = fields.length <= maxFields && fields.every((field) => /^[a-z][a-z0-9-]*$/.test(field));
  return areNames && fields.some((field) => known.has(field)) ? fields : undefined;
}
