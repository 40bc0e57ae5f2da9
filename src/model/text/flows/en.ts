/**
 * What is said of traffic, as English has it. Places stand in braces; the end of a place's name says what it holds (see
 * `speech.ts`). Behind a comma stand the two forms of what depends on the value: in English the words for one and for many.
 */
export const flowLines = {
  'trust.sampled': 'Estimated from samples: the total is within ±{errorShare} in 95 of 100 cases.',
  'trust.lost': '{lostShare} of the exports were lost on the way.',
  'trust.nothing-lost': 'No export was lost on the way.',
  'trust.lost-unknown': 'Whether exports were lost on the way, these exporters do not tell.',
  'trust.dropped': '{dropped, datagram/datagrams} came and could not be taken in.',
  'trust.partial': 'Not asked: {missing}.',

  'note.two-kinds-of-bytes':
    'Bytes are of two kinds: {packetBytes} of packets with their headers and {payloadBytes} of payload alone; their sum is of neither. Filter by exporter to see one kind.',
  'note.both-ends.source': 'Records come from both ends of flows: only what the sources’ ends told of is counted.',
  'note.both-ends.destination':
    'Records come from both ends of flows: only what the destinations’ ends told of is counted.',
  'note.both-ends.sum': 'Records come from both ends of flows: what both ends told of is counted twice.',
  'note.both-ends.average':
    'Records come from both ends of flows: of flows that both told of in the same step, half of the two together counts.',
  'note.one-end-missing.source':
    'Nothing was told of from the sources’ ends, so only records that do not say their end are counted.',
  'note.one-end-missing.destination':
    'Nothing was told of from the destinations’ ends, so only records that do not say their end are counted.',
  'note.late-records':
    '{lateShare} of the records came more than a minute after their end: the last minutes may still fill up.',
  'note.sampling-unknown.all':
    'No exporter says how packets were sampled: those counters are taken as they are, and there is no error bar.',
  'note.sampling-unknown.some':
    '{unknownRecords} of {records} records do not say how packets were sampled: those counters are taken as they are, and there is no error bar.',
  'note.ranked-among': 'Rows were ranked among the {rankedRows} of {rows} with the most in all.',
  'note.sums.1m': 'These are sums of a minute, which outlive single records: without addresses and without error bars.',
  'note.sums.1h': 'These are sums of an hour, which outlive single records: without addresses and without error bars.',
  'note.sums-behind': 'Sums reach until {untilAt}; what came later is not in this answer.',
  'note.sums-both-ends': 'Of sums nobody knows which flows both ends told of, so what both told counts.',
  'note.few-sources-merged':
    'Rows about fewer than {leastSources} sources are in “others”, with what it takes to hide them.',
  'note.few-sources-withheld': 'Withheld: all of this is about fewer than {leastSources} sources.',

  'kind.new-peer': 'New peer',
  'kind.host-scan': 'Scan of hosts',
  'kind.port-scan': 'Scan of ports',
  'kind.beacon': 'Beacon',
  'kind.volume': 'Unusual volume',
  'kind.nat-exhaustion': 'NAT runs out of ports',
  'kind.saturation': 'Line fills up',
  'severity.notice': 'notice',
  'severity.warning': 'warning',
  'severity.critical': 'critical',

  'insight.new-peer': '{host} was not talked to in the {days, day/days} before: {flows, flow/flows}, {bytes}',
  'insight.host-scan': '{host} tried {service} of {hosts, host/hosts}, {flows, time/times}',
  'insight.port-scan': '{host} tried {ports, port/ports} of {victim}, {flows, time/times}',
  'insight.beacon':
    '{host} talks to {server} by {service} every {intervalMs}: {flows, time/times}, {regularShare} of the intervals within {jitterShare}',
  'insight.volume-more':
    '{exporter} told of {bytes} in the hour from {firstAt}, more than the usual {usualBytes} of that hour',
  'insight.volume-less':
    '{exporter} told of {bytes} in the hour from {firstAt}, less than the usual {usualBytes} of that hour',
  'insight.nat-told': '{exporter} said {event} {events, time/times}, about {victims, source/sources}',
  'insight.nat-dropped':
    '{packets, packet was/packets were} dropped since no port was free to translate their source to',
  'insight.nat-pool':
    '{used} of {ports} ports ({share}) that {address} has for {protocol} are in use towards {destination} port {port}',
  'insight.nat-pool.rule':
    '{used} of {ports} ports ({share}) that {address} has for {protocol} by the rule {rule} are in use towards {destination} port {port}',
  'insight.saturation.more':
    '{interface} carries {presentBitsPerSecond} in busy hours, {share} of {bitsPerSecond}; {growthBitsPerSecond} more each day',
  'insight.saturation.less':
    '{interface} carries {presentBitsPerSecond} in busy hours, {share} of {bitsPerSecond}; {growthBitsPerSecond} less each day',
  'insight.saturation.full': '{text}, full on {fullOn} (between {earliestOn} and {latestOn})',
  'insight.never': 'never',

  'rule.new-peer':
    'Pointed out from {leastBytes} on, where nobody talked to it for {days, day/days}; a warning from {muchBytes} on.',
  'rule.host-scan':
    'Pointed out from {leastHosts} hosts on one port, with at most {mostPackets} packets a flow that hardly anybody answers; critical from {manyHosts} on.',
  'rule.port-scan':
    'Pointed out from {leastPorts} ports of one host, with at most {mostPackets} packets a flow; critical from {manyPorts} on.',
  'rule.beacon':
    'Pointed out from {leastFlows} flows on, if {leastShare} of the intervals differ from the usual one by at most {jitterShare}.',
  'rule.volume-more':
    'Pointed out where an hour is off the median of the same hour in the {days} days before by {deviations} deviations, {leastShare} and {leastBytes}.',
  'rule.volume-less':
    'Pointed out where an hour is off the median of the same hour in the {days} days before by {deviations} deviations, {leastShare} and {leastBytes}.',
  'rule.nat-told': 'Pointed out whenever a gateway says so.',
  'rule.nat-dropped': 'Pointed out from the first packet on.',
  'rule.nat-pool': 'Pointed out from {warnShare} of the ports on.',
  'rule.saturation':
    'Pointed out if the line will be full within {farDays} days, a warning within {warnDays}; critical from {fullShare} in busy hours on.',

  'advice.new-peer':
    'See whose address it is and which of your hosts talk to it: a new service, an update and data on their way out look alike here.',
  'advice.host-scan': 'If nobody scans on purpose, cut {host} off and find out what runs on it.',
  'advice.port-scan': 'If nobody scans on purpose, block {host}, and see which ports {victim} should not offer to it.',
  'advice.beacon':
    'Updates and monitoring do so as well: find the program on {host} that connects, and whether somebody wants it.',
  'advice.volume-more': 'See who talked in that hour, compared with a day before.',
  'advice.volume-less': 'See whether {exporter} still exports everything, and whether the line was up.',
  'advice.nat-told': 'Add addresses or ports to the pool, or find the sources that hold most of them.',
  'advice.nat-dropped': 'Add addresses or ports to the rule; the log of translations names who found none.',
  'advice.nat-pool': 'Add addresses or ports to the rule, or find the sources that hold most of them.',
  'advice.saturation': 'See who fills the line; move traffic to another one, or order a faster one in time.',

  'unread.too-short': 'too short',
  'unread.unknown-version': 'of no version that is known',
  'unread.trailing-bytes': 'with bytes behind the end',
  'unread.bad-length': 'longer than it can be',
  'unread.bad-set-length': 'a set longer than its message',
  'unread.bad-template': 'a template that makes no sense',
  'unread.too-many-fields': 'a template with too many fields',
  'unread.truncated-record': 'a record that is cut off',
  'unread.bad-sample': 'a sample that makes no sense',
  'unread.bad-sflow': 'sFlow that makes no sense',
  'unread.without-template': 'records whose template has not come',
  'unread.too-many-templates': 'more templates than are kept',
  'unread.no-number-left': 'names for which no number was left',
  'unread.unknown-exporter': 'from exporters that are not listed',
  'unread.too-many-exporters': 'from more exporters than there is room for',
  'unread.too-many-messages': 'more messages than an exporter may send',
  'unread.too-many-domains': 'more domains than there is room for',

  'problem.starting': 'the collector of flows is starting',
  'problem.closed': 'the collector of flows is closed',
  'problem.restarted': 'the collector of flows is started again: {0}',
  'problem.unusable': 'flows are not collected: {0}',
  'problem.unwritten': 'flows are not written: {0}',
  'problem.no-room': '{0} records found no room on their way to the disk',
  'problem.drops': 'the kernel dropped {0} datagrams within a minute: more came than were read',
  'problem.buffer':
    'the kernel lets {0} KiB of datagrams wait at {1}, and drops more of them under load; `sysctl -w net.core.rmem_max={2}` allows {3} KiB after a new start',
  'problem.listen': 'flows cannot be received at {0}: {1}',
  'problem.state': 'what is known of exporters could not be written: {0}',
  'problem.state-unread': '{0} was not read, templates come with time: {1}',
  'problem.retention': 'old flows could not be removed: {0}',
  'problem.health': 'the store of flows does not tell how it does: {0}',
  'problem.connections': 'connections of this machine are not recorded: {0}',
  'problem.overflows': 'events of connections that the kernel dropped since they came faster than they were read: {0}',
  'problem.unattributed':
    'connections that had begun before and ended without a record: {0}; raise flows.conntrack.connections',
  'problem.uncounted': 'connections that ended uncounted since accounting was off when they began: {0}',
  'problem.no-counters': 'this kernel has no {0}: connections are not counted, and there are no flow records of them',
  'problem.no-times': 'this kernel has no {0}: beginnings and ends are as late as they are heard',
  'problem.counters-off':
    '{0} is off: connections are not counted, and there are no flow records of them; turn it on with `sysctl -w {1}=1`',
  'problem.times-off':
    '{0} is off: beginnings and ends are as late as they are heard; turn it on with `sysctl -w {1}=1`',
  'problem.excess': '{0}: what may not be deleted yet takes {1} MB, and {2} MB are allowed',
  'problem.places': '{0} cannot be used: {1}',
  'problem.interfaces': '{0} does not tell the names of its interfaces by SNMP: {1}',
  'problem.nat-use': '{0} translations have too many destinations to be counted by pool',
  'problem.nat-copies': 'copies of first packets came faster than they were read: some victims have no name',
  'problem.nat-attempts': 'more connections began at once than are remembered: some victims have no name',
  'problem.nat-rules': 'pools of ports are not known: {0}',
  'problem.nat-victims': 'victims have no names: {0}',

  'value.direction.ingress': 'ingress',
  'value.direction.egress': 'egress',
  'value.direction.incoming': 'incoming',
  'value.direction.outgoing': 'outgoing',
  'value.direction.internal': 'internal',
  'value.direction.transit': 'transit',
  'value.reporter.source': 'source',
  'value.reporter.destination': 'destination',
  'value.reporter.source-gateway': 'source-gateway',
  'value.reporter.destination-gateway': 'destination-gateway',
  'value.kind.traffic': 'traffic',
  'value.kind.nat': 'nat',
  'value.kind.firewall': 'firewall',
  'value.kind.drop': 'drop',
  'value.event.nat-create': 'nat-create',
  'value.event.nat-delete': 'nat-delete',
  'value.event.nat-addresses-exhausted': 'nat-addresses-exhausted',
  'value.event.nat44-create': 'nat44-create',
  'value.event.nat44-delete': 'nat44-delete',
  'value.event.nat64-create': 'nat64-create',
  'value.event.nat64-delete': 'nat64-delete',
  'value.event.nat44-binding-create': 'nat44-binding-create',
  'value.event.nat44-binding-delete': 'nat44-binding-delete',
  'value.event.nat64-binding-create': 'nat64-binding-create',
  'value.event.nat64-binding-delete': 'nat64-binding-delete',
  'value.event.nat-ports-exhausted': 'nat-ports-exhausted',
  'value.event.nat-quota-exceeded': 'nat-quota-exceeded',
  'value.event.nat-address-binding-create': 'nat-address-binding-create',
  'value.event.nat-address-binding-delete': 'nat-address-binding-delete',
  'value.event.nat-port-block-allocation': 'nat-port-block-allocation',
  'value.event.nat-port-block-release': 'nat-port-block-release',
  'value.event.nat-threshold-reached': 'nat-threshold-reached',
  'value.event.firewall-ignore': 'firewall-ignore',
  'value.event.firewall-created': 'firewall-created',
  'value.event.firewall-deleted': 'firewall-deleted',
  'value.event.firewall-denied': 'firewall-denied',
  'value.event.firewall-alert': 'firewall-alert',
  'value.event.firewall-update': 'firewall-update',

  'filter.place': 'filter, column {column}: {text}',
  'filter.expected': 'expected {expected}',
  'filter.found': 'expected {expected}, found {found}',
  'filter.nearest': '{text}, did you mean {word}?',
  'filter.hint': 'the guide `flow-analyzer.md` lists what can be asked for',
  'filter.the-end': 'the end',
  'filter.or-list-end': '{expected} or ]',
  'expected.fewer-characters': 'at most {most} characters',
  'expected.fewer-levels': 'at most {most} levels of ( and not',
  'expected.fewer-conditions': 'at most {most} conditions',
  'expected.fewer-values': 'at most {most} values',
  'expected.shorter-filter': 'a shorter filter',
  'expected.condition': 'a condition',
  'expected.condition-such-as': 'a condition such as proto tcp, src host 10.0.0.1 or port 443',
  'expected.closing-quote': 'a closing " for this one',
  'expected.end-or-joint': 'and, or, or the end',
  'expected.bracket-or-joint': 'and, or, or )',
  'expected.interface-word': 'if',
  'expected.field-of-end': 'host, net, port, as or the like',
  'expected.field-with-ends': 'one of {names} behind src or dst',
  'expected.value-without-order': 'a value: {field} has no order',
  'expected.one-number': 'one number',
  'expected.mask': 'a mask such as 255.255.0.0',
  'expected.whole-number': 'a whole number up to {most}',
  'expected.address-such-as': 'an address such as 10.0.0.1 or 2001:db8::1',
  'expected.address': 'an address',
  'expected.prefix': 'a prefix such as 10.0.0.0/8 or 2001:db8::/32',
  'expected.protocol': 'a protocol such as tcp, udp, icmp or 47',
  'expected.interface': 'the number or name of an interface',
  'expected.exporter': 'an exporter by name, address or number',
  'expected.name': 'a name',
  'expected.network': 'a network by name',
  'expected.reason': 'a reason',
  'expected.country': 'a country such as DE, or unknown',
  'expected.flags': 'flags such as S, SA or S/SA of FSRPAUEC',
  'expected.one-of': 'one of {names}',
  'expected.number-or-one-of': 'a number, or one of {names}',
} as const;
export type FlowLine = keyof typeof flowLines;
