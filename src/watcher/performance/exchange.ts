import type { Transport } from '../../agree/index.ts';

/** The way of digests between watchers, and where this one is called by them. */
export interface DigestExchange {
  /** Undefined when this watcher only calls others. */
  readonly listen: { host: string; port: number } | undefined;
  /** To each watcher with which there is a link now; best effort. */
  send(frame: Uint8Array): void;
  /** What another watcher, known by its key, has sent. */
  onFrame(listener: (watcher: string, frame: Buffer) => void): void;
}

/** Over the lane of telemetry of these links. */
export function digestExchange(transport: Transport, listen: DigestExchange['listen']): DigestExchange {
  return {
    listen,
    send: (frame) => {
      for (const { peer, state } of transport.links()) if (state === 'up') transport.send(peer, 'telemetry', frame);
    },
    onFrame: (listener) => {
      transport.onFrame((from, lane, frame) => {
        const sender = lane === 'telemetry' && transport.links().find(({ peer }) => peer === from);
        if (sender) listener(sender.id, frame);
      });
    },
  };
}

/** The same links as agreement sees them: what comes by the lane of telemetry is not for it. */
export function withoutTelemetry(transport: Transport): Transport {
  return {
    setPeers: (peers, self) => transport.setPeers(peers, self),
    send: (to, lane, frame, expiresMs) => transport.send(to, lane, frame, expiresMs),
    onFrame: (listener) =>
      transport.onFrame((from, lane, frame) => {
        if (lane !== 'telemetry') listener(from, lane, frame);
      }),
    links: () => transport.links(),
    close: () => transport.close(),
  };
}
