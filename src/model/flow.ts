/** Flow records as they are kept, whatever exported them. */

/** What a record is about. */
export const flowKinds = ['traffic', 'nat', 'firewall', 'drop'] as const;
export type FlowKind = (typeof flowKinds)[number];

/**
 * Where the sampling rate of a record is from; without one, counters are as they were exported. Packets are what is
 * sampled, but for `connection`: there one of so many connections is told of, with all of its packets.
 */
export const samplingSources = [
  'unknown',
  'header',
  'record',
  'options',
  'operator',
  'unsampled',
  'connection',
] as const;
export type SamplingSource = (typeof samplingSources)[number];

/**
 * Where along the way a record was made: where the flow comes from, or where it goes to. Two records of one flow from both
 * ends tell of the same packets.
 */
export const flowReporters = ['unknown', 'source', 'destination', 'source-gateway', 'destination-gateway'] as const;
export type FlowReporter = (typeof flowReporters)[number];

/** Of flows that both ends tell of: what counts. */
export const samplingPoints = ['source', 'destination', 'sum', 'average'] as const;

/**
 * Which way a flow went: through the interface where the exporter measured, as it says itself (IPFIX element 61), or seen
 * from one's own networks, where it does not say.
 */
export const flowDirections = ['ingress', 'egress', 'incoming', 'outgoing', 'internal', 'transit'] as const;
export type FlowDirection = (typeof flowDirections)[number];

/** What `bytes` counts: IP packets with their headers, or what they carry. Figures of two kinds are never added up. */
export const byteMeanings = ['packets', 'payload'] as const;
export type ByteMeaning = (typeof byteMeanings)[number];

/**
 * Columns of a flow record. Counters are raw; `sampling` says by what to multiply them, and `sampling_from` how that is
 * known. IPv4 addresses are the IPv6 addresses ::ffff:a.b.c.d (RFC 4291, section 2.5.5.2), in two halves.
 */
export const flowColumns = {
  /** The flow's end, in milliseconds since 1970. */
  ts: 'u64',
  duration_ms: 'u32',
  /** Milliseconds from the end to its arrival here. */
  lateness_ms: 'u32',
  /** The exporter and its observation domain, by number. */
  exporter: 'u32',
  /** Place in `flowKinds`. */
  kind: 'u8',
  source_high: 'u64',
  source_low: 'u64',
  destination_high: 'u64',
  destination_low: 'u64',
  source_port: 'u16',
  destination_port: 'u16',
  protocol: 'u8',
  /** The whole octet: DSCP and ECN. */
  tos: 'u8',
  tcp_flags: 'u16',
  /** Type times 256, and code. */
  icmp: 'u16',
  bytes: 'u64',
  packets: 'u64',
  /** Numbers of interfaces as SNMP has them (ifIndex); 0 unknown. */
  input: 'u32',
  output: 'u32',
  source_as: 'u32',
  destination_as: 'u32',
  source_mask: 'u8',
  destination_mask: 'u8',
  next_hop_high: 'u64',
  next_hop_low: 'u64',
  vlan: 'u16',
  /** Place in `flowDirections`, 255 unknown. */
  direction: 'u8',
  /** IPFIX element 136. */
  end_reason: 'u8',
  /** IPFIX element 89. */
  forwarding: 'u8',
  sampling: 'u32',
  /** Place in `samplingSources`. */
  sampling_from: 'u8',
  /** IPFIX element 230 of a `nat` record, 233 of a `firewall` record. */
  event: 'u8',
  nat_source_high: 'u64',
  nat_source_low: 'u64',
  nat_destination_high: 'u64',
  nat_destination_low: 'u64',
  nat_source_port: 'u16',
  nat_destination_port: 'u16',
  /** Place in `flowReporters`. */
  reporter: 'u8',
  /** Place in `byteMeanings`. */
  bytes_of: 'u8',
  /** Round trip of TCP as the exporter saw it; 0 unknown. Its bucket is that of `latencyBucket`. */
  rtt_us: 'u32',
  rtt_bucket: 'u16',
  /** Instances, pods, hosts, by number in the book of names; 0 unknown. */
  source_name: 'u32',
  destination_name: 'u32',
  /** Own prefixes and subnets, by number in the book of names; 0 for addresses in none. */
  source_network: 'u32',
  destination_network: 'u32',
  /** ISO 3166-1 alpha-2, the first letter times 256 and the second; 0 unknown. */
  source_country: 'u16',
  destination_country: 'u16',
  /** Why a packet was dropped or refused, or which rule let it pass, by number in the book of names; 0 unknown. */
  reason: 'u32',
} as const;
export type FlowColumn = keyof typeof flowColumns;
