/**
 * `quorumwatch/flow`: NetFlow v1, v5, v7, v9, IPFIX (RFC 3954, RFC 7011, RFC 5103) and sFlow v5 without input or output. Bytes come
 * in, columns or described messages go out; hostile bytes are counted and never thrown.
 */
export { describeDatagram, TemplateMemory } from './decode/describe.ts';
export type { DescribedMessage, DescribedSet, DescribedValue } from './decode/describe.ts';
export { FlowDecoder } from './decode/decoder.ts';
export type { DecoderCounts, FlowDecoderOptions, Origin } from './decode/decoder-options.ts';
export { FlowRows, type NarrowColumn, type WideColumn } from './decode/flow-rows.ts';
export { malformations, type Malformed } from './decode/message.ts';
export type { NameOption } from './decode/options.ts';
export type { Session } from './decode/session.ts';
export { linkTypes, readFrames, type CapturedFrame } from './frames.ts';
export { endReasons, FlowMeter, type FlowMeterFigures, type FlowMeterOptions } from './meter/flow-meter.ts';
export { frameOfCapture } from './meter/frame-of-capture.ts';
export type { MeteredFrame } from './meter/packet.ts';
export { readCapture, type CapturedDatagram } from './pcap.ts';
export { isWholeMessage } from './whole-message.ts';
export { describeSflow, type DescribedSflow } from './decode/sflow/describe.ts';
export { isSflow } from './decode/sflow/heads.ts';
export { SflowDecoder, type SflowDecoderOptions, type SflowSession } from './decode/sflow/decoder.ts';
export { captureHead, capturedDatagram, type CapturedEndpoints } from './generate/capture.ts';
export { generatedFormats, type GeneratedFormat } from './generate/formats.ts';
export { generateDatagrams, type GeneratedDatagram, type GenerateOptions } from './generate/generate.ts';
export {
  openConntrackSource,
  type ConntrackMachine,
  type ConntrackSource,
  type ConntrackSourceOptions,
  type ConntrackStatus,
} from './conntrack/source.ts';
export { withoutMetadata } from './conntrack/metadata.ts';
export type { KeepRow } from './conntrack/row-writer.ts';
