import { describe, expect, it } from 'vitest';
import type { ParticipantId } from '../protocol.ts';
import { lanes, type Lane, type LaneStatus, type LinkStatus, type Peer, type Transport } from './transport.ts';

/** Watchers 1, 2, 3, … whose addresses and keys are made beforehand, on one clock. */
export interface TransportHarness {
  /** As others know the watcher; the same for every call. The last three of ten are observers. */
  peer(number: ParticipantId): Peer;
  /** Another key for the same number, which `open` uses from then on. */
  rotate(number: ParticipantId): void;
  /** Starts the watcher. It knows nobody yet. */
  open(number: ParticipantId): Promise<Transport>;
  /** Lets time pass until this holds; fails if it never does. */
  until(holds: () => boolean): Promise<void>;
  /** Lets so much time pass, and everything happen that happens in it. */
  pass(forMs: number): Promise<void>;
  /** Closes what was opened. */
  close(): Promise<void>;
}

interface Heard {
  from: ParticipantId;
  lane: Lane;
  frame: Buffer;
}

const text = (value: string) => Buffer.from(value);

/** What every transport must do; see the contract at `Transport`. */
export function describeTransport(name: string, makeHarness: () => Promise<TransportHarness>): void {
  const using = async (work: (harness: TransportHarness, tools: Tools) => Promise<void>) => {
    const harness = await makeHarness();
    try {
      await work(harness, new Tools(harness));
    } finally {
      await harness.close();
    }
  };

  describe(`transport contract: ${name}`, () => {
    it('carries frames of every lane both ways, with their sender', () =>
      using(async (harness, tools) => {
        const [one, two] = await tools.mesh(1, 2);
        for (const lane of lanes) {
          one.send(2, lane, text(`to two on ${lane}`));
          two.send(1, lane, text(`to one on ${lane}`));
        }
        await harness.until(() => tools.heard(1).length === 5 && tools.heard(2).length === 5);
        expect(
          tools.heard(1).every(({ from, lane, frame }) => from === 2 && frame.toString() === `to one on ${lane}`),
        ).toBe(true);
        expect(new Set(tools.heard(2).map(({ lane }) => lane)).size).toBe(5);
        expect(
          tools.heard(2).every(({ from, lane, frame }) => from === 1 && frame.toString() === `to two on ${lane}`),
        ).toBe(true);
      }));

    it('keeps frames whole, whatever their size', () =>
      using(async (harness, tools) => {
        const [one] = await tools.mesh(1, 2);
        const sizes = [0, 1, 65_531, 65_532, 65_533, 65_536, 65_537, 131_068, 131_069, 4_194_304, 9_437_184];
        const frames = sizes.map((size, at) => Buffer.alloc(size, `frame ${at}`));
        for (const frame of frames) one.send(2, 'bodies', frame);
        for (const frame of frames.slice(0, 6)) one.send(2, 'clients', frame);
        await harness.until(() => tools.heard(2).length === sizes.length + 6);
        const came = tools.heard(2).filter(({ lane }) => lane === 'bodies');
        expect(came.map(({ frame }) => frame.length).sort((a, b) => a - b)).toEqual(sizes);
        for (const frame of frames) expect(came.some((other) => other.frame.equals(frame))).toBe(true);
      }));

    it('lets votes overtake everything else', () =>
      using(async (harness, tools) => {
        const [one] = await tools.mesh(1, 2);
        for (let at = 0; at < 8; at++) one.send(2, 'bodies', Buffer.alloc(1_000_000, at));
        one.send(2, 'votes', text('vote'));
        await harness.until(() => tools.heard(2).length === 9);
        expect(tools.heard(2).findIndex(({ lane }) => lane === 'votes')).toBe(0);
      }));

    it('never throws, and counts what it cannot send', () =>
      using(async (harness, tools) => {
        const [one] = await tools.mesh(1, 2);
        one.send(9, 'votes', text('nobody'));
        one.send(1, 'votes', text('oneself'));
        one.send(2, 'votes', Buffer.alloc(1_048_577));
        one.send(2, 'votes', text('fits'));
        await harness.until(() => tools.heard(2).length === 1);
        expect(tools.lane(one, 2, 'votes')).toMatchObject({ framesOut: 1, droppedOther: 1 });
        await one.close();
        one.send(2, 'votes', text('late'));
        one.setPeers([harness.peer(2)]);
        await harness.pass(1000);
        expect(tools.heard(2)).toHaveLength(1);
      }));

    it('keeps what is for a peer that is away within bounds, and drops the oldest', () =>
      using(async (harness, tools) => {
        const one = await tools.open(1);
        one.setPeers([harness.peer(2)]);
        for (let at = 0; at < 10_000; at++) one.send(2, 'votes', text(`vote ${at}`));
        for (let at = 0; at < 5; at++) one.send(2, 'bodies', Buffer.alloc(8_388_608, at));
        expect(tools.lane(one, 2, 'votes')).toMatchObject({ queuedFrames: 8192, droppedFull: 10_000 - 8192 });
        expect(tools.lane(one, 2, 'bodies')).toMatchObject({ queuedFrames: 4, droppedFull: 1 });
        const two = await tools.open(2);
        two.setPeers([harness.peer(1)]);
        await harness.until(() => tools.heard(2).some(({ lane }) => lane === 'votes'));
        expect(tools.heard(2)[0]?.frame.toString()).toBe(`vote ${10_000 - 8192}`);
      }));

    it('drops frames whose time has run out', () =>
      using(async (harness, tools) => {
        const one = await tools.open(1);
        one.setPeers([harness.peer(2)]);
        one.send(2, 'votes', text('by the lane'));
        one.send(2, 'bodies', text('by its own'), 100);
        one.send(2, 'bodies', text('lasts'), 3_600_000);
        await harness.pass(4000);
        const two = await tools.open(2);
        two.setPeers([harness.peer(1)]);
        await harness.until(() => tools.heard(2).length > 0);
        await harness.pass(500);
        expect(tools.heard(2).map(({ frame }) => frame.toString())).toEqual(['lasts']);
        expect(tools.lane(one, 2, 'votes').droppedExpired).toBe(1);
        expect(tools.lane(one, 2, 'bodies').droppedExpired).toBe(1);
      }));

    it('talks only where each knows the other', () =>
      using(async (harness, tools) => {
        const [one, two, three] = [await tools.open(1), await tools.open(2), await tools.open(3)];
        one.setPeers([harness.peer(2)]);
        two.setPeers([harness.peer(1), harness.peer(3)]);
        three.setPeers([harness.peer(1), harness.peer(2)]);
        await harness.until(() => tools.link(one, 2).state === 'up' && tools.link(two, 3).state === 'up');
        three.send(1, 'votes', text('from a stranger'));
        three.send(2, 'votes', text('from a peer'));
        await harness.until(() => tools.heard(2).length === 1);
        await harness.pass(1000);
        expect(tools.heard(1)).toEqual([]);
        expect(tools.link(three, 1).state).not.toBe('up');
      }));

    it('ends the link of a peer that is removed, and begins anew when it is back', () =>
      using(async (harness, tools) => {
        const [one, two] = await tools.mesh(1, 2);
        one.setPeers([]);
        expect(one.links()).toEqual([]);
        await harness.until(() => tools.link(two, 1).state !== 'up');
        two.send(1, 'votes', text('unheard'), 10);
        await harness.pass(100);
        one.setPeers([harness.peer(2)]);
        await harness.until(() => tools.link(two, 1).state === 'up');
        two.send(1, 'votes', text('heard'));
        await harness.until(() => tools.heard(1).length > 0);
        expect(tools.heard(1).map(({ frame }) => frame.toString())).toEqual(['heard']);
      }));

    it('takes a new key in the place of an old one', () =>
      using(async (harness, tools) => {
        const [one, two] = await tools.mesh(1, 2);
        harness.rotate(2);
        one.setPeers([harness.peer(2)]);
        await harness.until(() => tools.link(two, 1).state !== 'up');
        two.send(1, 'votes', text('under the old key'));
        await harness.pass(1000);
        expect(tools.heard(1)).toEqual([]);
        await two.close();
        const renewed = await tools.open(2);
        renewed.setPeers([harness.peer(1)]);
        await harness.until(() => tools.link(renewed, 1).state === 'up');
        renewed.send(1, 'votes', text('under the new key'));
        await harness.until(() => tools.heard(1).length === 1);
      }));

    it.each([1, 2])('finds a peer again that starts anew: the one of number %i', (number) =>
      using(async (harness, tools) => {
        const [one, two] = await tools.mesh(1, 2);
        const other = 3 - number;
        const stays = number === 1 ? two : one;
        await (number === 1 ? one : two).close();
        const started = await tools.open(number);
        started.setPeers([harness.peer(other)]);
        await harness.until(
          () => tools.link(started, other).state === 'up' && tools.link(stays, number).state === 'up',
        );
        stays.send(number, 'votes', text('after the restart'));
        started.send(other, 'votes', text('after the restart'));
        await harness.until(() => tools.heard(1).length === 1 && tools.heard(2).length === 1);
      }),
    );

    it('gives observers only the lanes of clients, of state and of telemetry', () =>
      using(async (harness, tools) => {
        const [member, observer] = await tools.mesh(1, 8);
        for (const lane of lanes) {
          member.send(8, lane, text(lane));
          observer.send(1, lane, text(lane));
        }
        await harness.until(() => tools.heard(1).length >= 3 && tools.heard(8).length >= 3);
        await harness.pass(100);
        expect(new Set(tools.heard(1).map(({ lane }) => lane))).toEqual(new Set(['transfer', 'clients', 'telemetry']));
        expect(new Set(tools.heard(8).map(({ lane }) => lane))).toEqual(new Set(['transfer', 'clients', 'telemetry']));
        expect(tools.lane(observer, 1, 'votes').droppedOther).toBe(1);
      }));

    it('gives an observer all lanes when it becomes a member, on whichever side that is known first', () =>
      using(async (harness, tools) => {
        const [member, newcomer] = await tools.mesh(1, 8);
        const promoted: Peer = { ...harness.peer(8), role: 'member' };
        member.setPeers([promoted]);
        await harness.until(() => tools.link(member, 8).state === 'up' && tools.link(newcomer, 1).state === 'up');
        member.send(8, 'votes', text('too early'));
        member.send(8, 'transfer', text('you vote now'));
        await harness.until(() => tools.heard(8).length === 1);
        newcomer.setPeers([harness.peer(1)], promoted);
        newcomer.send(1, 'votes', text('first vote'));
        member.send(8, 'votes', text('heard'));
        await harness.until(() => tools.heard(1).length === 1 && tools.heard(8).length === 2);
        expect(tools.heard(8).map(({ lane }) => lane)).toEqual(['transfer', 'votes']);
        expect(tools.link(newcomer, 1).state).toBe('up');
      }));

    it('joins seven watchers, and counts what goes between them', () =>
      using(async (harness, tools) => {
        const numbers = [1, 2, 3, 4, 5, 6, 7];
        const all = await tools.mesh(...numbers);
        for (const [at, transport] of all.entries()) {
          for (const to of numbers) if (to !== at + 1) transport.send(to, 'votes', text(`${at + 1} to ${to}`));
        }
        await harness.until(() => numbers.every((number) => tools.heard(number).length === 6));
        for (const transport of all) {
          for (const { state, lanes } of transport.links()) {
            expect(state).toBe('up');
            expect(lanes.votes).toMatchObject({ framesOut: 1, bytesOut: 6, framesIn: 1, bytesIn: 6, queuedFrames: 0 });
          }
        }
      }));
  });
}

/** Opened watchers of one test, and what they heard. */
class Tools {
  readonly #harness: TransportHarness;
  readonly #heard = new Map<ParticipantId, Heard[]>();

  constructor(harness: TransportHarness) {
    this.#harness = harness;
  }

  async open(number: ParticipantId): Promise<Transport> {
    const transport = await this.#harness.open(number);
    transport.onFrame((from, lane, frame) => this.heard(number).push({ from, lane, frame }));
    return transport;
  }

  /** Opened, and linked each with each. */
  async mesh<Numbers extends readonly ParticipantId[]>(
    ...numbers: Numbers
  ): Promise<{ [At in keyof Numbers]: Transport }> {
    const all: Transport[] = [];
    for (const number of numbers) all.push(await this.open(number));
    for (const transport of all) transport.setPeers(numbers.map((number) => this.#harness.peer(number)));
    await this.#harness.until(() => all.every((one) => one.links().every(({ state }) => state === 'up')));
    return all as { [At in keyof Numbers]: Transport };
  }

  heard(number: ParticipantId): Heard[] {
    const heard = this.#heard.get(number) ?? [];
    this.#heard.set(number, heard);
    return heard;
  }

  link(transport: Transport, to: ParticipantId): LinkStatus {
    const found = transport.links().find(({ peer }) => peer === to);
    if (!found) throw new Error(`no link to ${to}`);
    return found;
  }

  lane(transport: Transport, to: ParticipantId, lane: Lane): LaneStatus {
    return this.link(transport, to).lanes[lane];
  }
}
