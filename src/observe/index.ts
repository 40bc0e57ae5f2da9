/** Observe: probes and the engine that runs them, uplinks, paths between watchers, flows. */
export { createEngine, type Engine, type EngineOptions, type EngineStatistics, type Notice } from './engine.ts';
export { probes } from './probes/registry.ts';
export { probeOnce, type SingleProbeOptions } from './single.ts';
export { startCapture, type RunningCapture } from './mirror/capture-process.ts';
export type { CaptureFigures, CaptureSettings } from './mirror/capture-messages.ts';
export { sealLeftover } from './mirror/seal-leftover.ts';
export { Ring, type RingOptions } from './mirror/ring.ts';
export { openTunnelReceiver, type ReceivedFrame } from './mirror/tunnel-receiver.ts';
export { tunnels, type TunnelKind } from './mirror/tunnel.ts';
export { shredFile } from './mirror/shred.ts';
export { createUplinkWatch, type UplinkWatch, type UplinkWatchOptions } from './uplinks/uplink-watch.ts';
export { PathProber, type PathPeer, type PathProberOptions, type PathSettings } from './performance/path-prober.ts';
export { FlowMeter, frameOfCapture, isWholeMessage, readFrames } from './flows/index.ts';
export type { FlowMeterFigures, MeteredFrame } from './flows/index.ts';
export { describeDatagram, describeSflow, isSflow, readCapture, TemplateMemory } from './flows/index.ts';
export type { CapturedDatagram, DescribedMessage, DescribedSflow } from './flows/index.ts';
export { NameBook, nameKinds, type NameBookOptions, type NamedExporter, type NameKind } from './flows/names.ts';
export { toBatch, type Enrich, type DurableFlowSink, type FlowSink } from './flows/sink.ts';
export { FlowRows } from './flows/index.ts';
export { captureHead, capturedDatagram, generateDatagrams, generatedFormats } from './flows/index.ts';
export type { GeneratedDatagram, GeneratedFormat } from './flows/index.ts';
export { findNatHolders } from './nat/holders.ts';
export { readNatLog, type NatLogSource } from './nat/read-log.ts';
export { openConntrackSource, withoutMetadata } from './flows/index.ts';
export type { ConntrackMachine, ConntrackSource, ConntrackStatus, KeepRow } from './flows/index.ts';
export { CloudLogReader, type CloudCounts, type CloudLogOptions } from './flows/cloud/reader.ts';
export type { CloudNames } from './flows/cloud/record.ts';
export type { CloudFault } from './flows/cloud/unreadable.ts';
export {
  collectorStateSchema,
  emptyState,
  expectedNextSchema,
  nothingExpected,
  withExpected,
  type CollectorState,
  type ExpectedNextState,
} from './flows/collect/collector-state.ts';
export { FlowWriter, type FlowWriterOptions } from './flows/collect/flow-writer.ts';
export type { ExporterFigures } from './flows/collect/exporter-figures.ts';
export { FlowIntake, isFlowMessage, type IntakeFigures, type IntakeOptions } from './flows/collect/intake.ts';
export { InterfaceNames } from './flows/collect/interface-names.ts';
export { MessageStream } from './flows/collect/message-stream.ts';
export { TrafficMeter, type MeteredTraffic } from './flows/collect/traffic-meter.ts';
export { lostOf, type ExporterTotals } from './flows/collect/exporter-accounts.ts';
export { RowPool } from './flows/collect/row-pool.ts';
export type { InterfaceFacts } from './flows/enrich/ask-interfaces.ts';
export { InterfacePoller } from './flows/enrich/interface-poller.ts';
export { openPasses, type Passes } from './flows/enrich/open-passes.ts';
export { CryptoPan } from './flows/privacy/crypto-pan.ts';
export { makePrivacyKey, readPrivacyKey } from './flows/privacy/privacy-key.ts';
export { pseudonymText, revealedText } from './flows/privacy/pseudonym-of.ts';
