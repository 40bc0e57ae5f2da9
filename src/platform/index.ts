/** The only folder that touches the machine: time, files, processes, sockets, kernel. */
export { ManualClock, sleep, systemClock, type Clock, type Timer } from './clock.ts';
export {
  readSmallFile,
  replaceFile,
  replaceFileSoon,
  systemErrorCode,
  type Disk,
  type DiskFile,
  type OpenMode,
} from './files/disk.ts';
export { nodeDisk } from './files/node-disk.ts';
export { createLog, silentLog, type Log, type LogFacts, type LogLevel } from './log.ts';
export { runProgram, type ProgramOptions, type ProgramResult } from './exec.ts';
export { leaveLastWill, type LastWill } from './last-will.ts';
export {
  HttpUnanswered,
  openHttpSession,
  type HttpAnswer,
  type HttpRequest,
  type HttpSession,
} from './net/http-session.ts';
export { readSecret, redact, Secret, type SecretReading, type SecretSource } from './secrets.ts';
export { bootId } from './linux/boot-id.ts';
export { inspectMachine, type Finding } from './linux/capabilities.ts';
export { discoverNetwork, type DiscoveredNetwork, type Gateway } from './linux/discover.ts';
export {
  openPacketCapture,
  type CapturedFrame,
  type PacketCapture,
  type PacketCaptureOptions,
} from './linux/packet-capture.ts';
export { openLinuxParts } from './linux/open-parts.ts';
export type { LinuxParts } from './linux/parts.ts';
export {
  commandLine,
  commandText,
  openKernelNetwork,
  type KernelNetwork,
  type NetlinkRefusal,
  type NetworkChange,
  type NetworkEvent,
  type Route,
  type Rule,
} from './linux/netlink/index.ts';
export { openNatParts, type NatParts } from './linux/nat-parts.ts';
export { kernelSettings, type KernelSettings } from './linux/kernel-settings.ts';
export type { MarkFilter, TrackedFlow } from './linux/netlink/conntrack.ts';
export {
  connectionEnds,
  type ConnectionEnd,
  type ConntrackEntry,
  type DirectionCounters,
} from './linux/netlink/conntrack-entry.ts';
export { openConntrackTap, type ConntrackStatistics, type ConntrackTap } from './linux/netlink/conntrack-tap.ts';
export type { LoggedPacket, PacketLog } from './linux/netlink/packet-log.ts';
export type { RawSender } from './linux/raw-sender.ts';
export {
  formatAddress,
  openPinger,
  parseAddress,
  type Address,
  type EchoRequest,
  type EchoResult,
  type Pinger,
  type PingerStatistics,
} from './net/icmp/index.ts';
export { keepHeapSmall } from './heap.ts';
export { openServingThread, type ServingThread } from './serving-thread.ts';
export type { ThreadService } from './serving-thread-main.ts';
export { answerInThread, runInThread } from './thread.ts';
export { takeUsualPriority } from './priority.ts';
export { serveParent, startChild, type Child, type ChildOptions } from './child.ts';
export { StallMeter } from './stall-meter.ts';
export { freePorts, isFree } from './net/free-ports.ts';
export { Deadline } from './net/deadline.ts';
export type { NetFailure } from './net/failure.ts';
export type { Pinning } from './net/pinning.ts';
export { specialNetworks4, specialNetworks6 } from './net/public-address.ts';
export { openLinks, type Links } from './net/link/links.ts';
export type { SecureLink } from './net/link/secure-link.ts';
export type { Datagram, DatagramEndpoint, DatagramOptions, DatagramSocket } from './net/udp/datagrams.ts';
export { openDatagrams } from './net/udp/open.ts';
export { openReceiver } from './net/udp/open-receiver.ts';
export type { DatagramReceiver, ReceiverOptions } from './net/udp/receiver.ts';
export { listenTcp, type TcpListener, type TcpListenerOptions, type TcpVisitor } from './net/tcp/listen.ts';
export { connectTcp, type TcpConnection, type TcpEndpoint } from './net/tcp/connect.ts';
export {
  createResolver,
  type Resolution,
  type ResolvedAddress,
  type Resolver,
  type ResolverOptions,
} from './net/dns/resolver.ts';
export { dnsTypes, plainName, type DnsQuestion, type DnsRecord, type DnsType } from './net/dns/message.ts';
export { queryDns, type DnsAnswer, type DnsFailure } from './net/dns/query.ts';
export { systemResolvers } from './net/dns/system-resolvers.ts';
export { exchangeHttp, type HttpCall, type HttpFailure, type HttpReply, type HttpTiming } from './net/http/exchange.ts';
export type { ServerCertificate, TlsSettings } from './net/tls/handshake.ts';
