/** What others say of a file and is wrong, or cannot be compared: each by name, with the reason. */
export interface Exception {
  oracle: string;
  file: RegExp;
  field: RegExp;
  /** Further bounds, so that an exception covers no more than what is known to be wrong. */
  holds?: (ours: string, theirs: string) => boolean;
  reason: string;
}

const uptimeTurnMs = 2 ** 32;
/** Packets and bytes that were told of, and that there were. */
const cutOff = new Set(['7 13', '555 1151', '7 14', '376 1066', '7645 8331']);

export const exceptions: readonly Exception[] = [
  {
    oracle: 'tshark',
    file: /multiMessage/,
    field: /^(templates|records)$/,
    reason: 'takes padding of a set for a template of 506 options, and gives up the message',
  },
  {
    oracle: 'tshark',
    file: /unknownDatasetMessage/,
    field: /^(messages|version|export time|sequence|domain|datagrams)$/,
    reason: 'reads a message that was cut off; here it is refused as a whole (RFC 7011, section 9.1)',
  },
  {
    oracle: 'tshark',
    file: /softflowd_v9/,
    field: /^records$/,
    reason: 'stops after as many sets as the header counts records and templates',
  },
  {
    oracle: 'tshark',
    file: /(SFlowTestPacket(9|12|13)|telegraf-sflow_v5_example|sflow_multiple_counter)/,
    field: /^(records|status|format)$/,
    reason: 'loses its way behind a counter record that it does not know, and takes what follows for another one',
  },
  {
    oracle: 'tshark',
    file: /SFlowTestPacket11/,
    field: /^samples$/,
    reason: 'reads a sample that says more bytes than its datagram has; here it is counted as malformed',
  },
  {
    oracle: 'tshark',
    file: /SFlowTestPacket(5|8)/,
    field: /^records$/,
    reason: 'reads a record that reaches beyond its sample; here a sample keeps to its length',
  },
  {
    oracle: 'tshark',
    file: /sflow_print-segv/,
    field: /^datagrams$/,
    reason: 'shows a datagram of 8 bytes, which is none (tcpdump calls it invalid too)',
  },
  {
    oracle: 'nfdump',
    file: /python-netflow-.*ipfix/,
    field: /^times$/,
    holds: (ours, theirs) => theirs === ours.split(' ').reverse().join(' '),
    reason: 'prints uptime-relative times of IPFIX with the start after the end',
  },
  {
    oracle: 'nfdump',
    file: /python-netflow-.*v9/,
    field: /^times$/,
    holds: (ours, theirs) =>
      ours ===
      theirs
        .split(' ')
        .map((time) => Number(time) - uptimeTurnMs)
        .join(' '),
    reason: 'takes an uptime from before its turn for one in the future',
  },
  {
    oracle: 'nfdump',
    file: /v9_template_mixed/,
    field: /^records$/,
    reason: 'drops records that stand before their template in the same message',
  },
  {
    oracle: 'nfdump',
    file: /TestV5FlowPacket/,
    field: /^(bytes|packets)$/,
    holds: (ours, theirs) => BigInt(theirs) === BigInt(ours) * 1000n,
    reason: 'multiplies by the sampling rate, 1000; here counters stay raw, beside the rate',
  },
  {
    oracle: 'nfdump',
    file: /TestV5FlowPacket/,
    field: /_mask$/,
    holds: (_, theirs) => theirs === '0',
    reason: 'does not keep lengths of prefixes of NetFlow v5',
  },
  {
    oracle: 'nfdump',
    file: /multiMessage/,
    field: /^times$/,
    reason: 'takes a distance from the export time (elements 158 and 159) for a time',
  },
  {
    oracle: 'traffic',
    file: /softflowd/,
    field: /^(packets|bytes)$/,
    holds: (ours, theirs) => cutOff.has(`${ours} ${theirs}`),
    reason: 'the capture ends before softflowd told of the last packets of two connections',
  },
  {
    oracle: 'telegraf',
    file: /issue_14370/,
    field: /^flow(Start|End)Seconds$/,
    holds: (ours, theirs) => ours === '' && theirs === '0',
    reason: 'says 0 for a field of no length',
  },
  {
    oracle: 'telegraf',
    file: /sflow_issue_15918/,
    field: /^in_snmp$/,
    reason:
      'shows the sampled interface as the input of packets that leave by it; tshark reads the input as it is here',
  },
  {
    oracle: 'telegraf',
    file: /netflow_v9_options/,
    field: /^octetDeltaCount$/,
    holds: (ours) => ours === 'nothing',
    reason: 'takes the scope System of NetFlow v9 (1) for the element octetDeltaCount (1)',
  },
];

export interface Difference {
  oracle: string;
  file: string;
  field: string;
  ours: string;
  theirs: string;
}

export function exceptionFor({ oracle, file, field, ours, theirs }: Difference): Exception | undefined {
  return exceptions.find(
    (one) =>
      one.oracle === oracle &&
      one.file.test(file) &&
      one.field.test(field) &&
      (one.holds === undefined || one.holds(ours, theirs)),
  );
}
