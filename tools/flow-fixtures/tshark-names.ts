/** tshark's names of fields, the elements that they are, and how its values are written here. */

export const milliseconds = (seconds: string): string => String(Math.round(Number(seconds) * 1000));
export const instant = (text: string): string => String(Date.parse(text));
const plain = (text: string): string => text;
/** Names are shown without blanks around them. */
const trimmed = (text: string): string => text.trim();
const number = (text: string): string => String(Number(text));
/** Bytes with colons between them, as a number where the element is one. */
export const bytesAsNumber = (text: string): string => String(Number(`0x${text.replaceAll(':', '')}`));
export const hexBytes = (text: string): string => text.replaceAll(':', '');

/** Names that the same thing can have here, and how to write their value as ours. */
export type Mapping = readonly [names: readonly string[], convert: (text: string) => string];

export const mappings: Readonly<Record<string, Mapping>> = {
  srcaddr: [['sourceIPv4Address'], plain],
  dstaddr: [['destinationIPv4Address'], plain],
  srcaddrv6: [['sourceIPv6Address'], plain],
  dstaddrv6: [['destinationIPv6Address'], plain],
  nexthop: [['ipNextHopIPv4Address'], plain],
  bgpnexthop: [['bgpNextHopIPv4Address'], plain],
  exporter_addr: [['exporterIPv4Address'], plain],
  srcport: [['sourceTransportPort', 'udpSourcePort', 'tcpSourcePort'], number],
  dstport: [['destinationTransportPort', 'udpDestinationPort', 'tcpDestinationPort'], number],
  inputint: [['ingressInterface'], number],
  outputint: [['egressInterface'], number],
  packets: [['packetDeltaCount'], number],
  octets: [['octetDeltaCount'], number],
  permanent_packets: [['packetTotalCount'], number],
  permanent_octets: [['octetTotalCount'], number],
  protocol: [['protocolIdentifier'], number],
  tcpflags: [['tcpControlBits'], number],
  tos: [['ipClassOfService'], number],
  post_tos: [['postIpClassOfService'], number],
  srcas: [['bgpSourceAsNumber'], number],
  dstas: [['bgpDestinationAsNumber'], number],
  srcmask: [['sourceIPv4PrefixLength', 'sourceIPv6PrefixLength'], number],
  dstmask: [['destinationIPv4PrefixLength', 'destinationIPv6PrefixLength'], number],
  direction: [['flowDirection'], number],
  ip_version: [['ipVersion'], number],
  icmp_type_code_ipv4: [['icmpTypeCodeIPv4'], number],
  flow_end_reason: [['flowEndReason'], number],
  vlanid: [['vlanId'], number],
  post_vlanid: [['postVlanId'], number],
  srcmac: [['sourceMacAddress'], plain],
  post_dstmac: [['postDestinationMacAddress'], plain],
  engine_type: [['engineType'], number],
  engine_id: [['engineId'], number],
  ingress_vrfid: [['ingressVRFID'], number],
  egress_vrfid: [['egressVRFID'], number],
  sampler_id: [['samplerId'], number],
  sampler_mode: [['samplerMode'], number],
  sampler_random_interval: [['samplerRandomInterval'], number],
  sampling_packet_interval: [['samplingPacketInterval'], number],
  sampling_packet_space: [['samplingPacketSpace'], number],
  selector_algorithm: [['selectorAlgorithm'], number],
  mp_id: [['meteringProcessId'], number],
  od_id: [['observationDomainId'], number],
  if_name: [['interfaceName'], plain],
  if_descr: [['interfaceDescription'], trimmed],
  appl_name: [['applicationName'], plain],
  appl_desc: [['applicationDescription'], trimmed],
  sys_init_time: [['systemInitTimeMilliseconds'], instant],
  observation_time_seconds: [['observationTimeSeconds'], instant],
  flows: [['deltaFlowCount'], number],
  flowsexp: [['exportedFlowRecordTotalCount'], number],
  ignore_packets: [['ignoredPacketTotalCount'], number],
  notsent_packets: [['notSentPacketTotalCount'], number],
  drop_total_packets: [['droppedPacketTotalCount'], number],
  flow_exporter: [['exportingProcessId', 'flowId'], number],
  scope_system: [['scopeSystem'], bytesAsNumber],
  padding: [['paddingOctets'], hexBytes],
  'pie.ntop.client_nw_latency_ms': [['enterprise35632.element123'], number],
  'pie.server_nw_latency_ms': [['enterprise35632.element124'], number],
  'pie.ntop.appl_latency_ms': [['enterprise35632.element125'], number],
  'pie.ntop.retransmitted_in_bytes': [['enterprise35632.element127'], number],
  'pie.ntop.retransmitted_in_pkts': [['enterprise35632.element109'], number],
  'pie.ntop.retransmitted_out_bytes': [['enterprise35632.element128'], number],
  'pie.ntop.retransmitted_out_pkts': [['enterprise35632.element110'], number],
  'pie.ntop.l7_proto': [['enterprise35632.element118'], number],
};
