import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { VerdictMachine } from '../../agree/index.ts';
import type { LedgerRequest, Mirror, MirrorPolicy } from '../../model/index.ts';
import { ManualClock, nodeDisk, silentLog } from '../../platform/index.ts';
import { Mirrors } from './mirrors.ts';

let directory: string;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'qw-mirrors-'));
});
afterEach(() => rmSync(directory, { recursive: true, force: true }));

const policy: MirrorPolicy = {
  watcher: 'w1',
  interfaces: ['eth0'],
  networks: ['192.0.2.0/24'],
  tags: [],
  peers: [],
  protocols: [],
  direction: 'both',
  collector: { kind: 'device', device: 'span0' },
  durationMs: 60_000,
  keepMs: 0,
  purpose: 'test',
};

/** Mirrors upon a ledger in memory; `answer` is what proposing comes to. */
function world(answer: (request: LedgerRequest) => Promise<void> | void = () => undefined) {
  const clock = new ManualClock();
  const known = new Map<string, Mirror>();
  const done: string[] = [];
  const asked: LedgerRequest[] = [];
  const problems: (string | undefined)[] = [];
  const configuration: { mirrors?: object } = { mirrors: {} };
  const mirrors = new Mirrors({
    self: 'w1',
    directory,
    version: '1',
    clock,
    disk: nodeDisk,
    log: silentLog,
    machine: {
      view: () => ({ mirrors: [...known.values()], nextPosition: 100, configuration }),
    } as unknown as VerdictMachine,
    propose: async (request) => {
      asked.push(request);
      await answer(request);
      const mirror = 'mirror' in request ? known.get(request.mirror) : undefined;
      if (mirror && request.kind === 'mirror-begin') known.set(mirror.id, { ...mirror, began: { at: clock.now() } });
      if (mirror && request.kind === 'mirror-end')
        known.set(mirror.id, { ...mirror, ended: { ...request.end, at: clock.now(), shredAt: clock.now() } });
      return { sequence: 1, time: clock.now(), entries: [] };
    },
    onProblem: (problem) => void problems.push(problem),
    actor: {
      plan: async () => [],
      refuse: async () => undefined,
      removeLeftovers: async () => [],
      figures: async () => ({ packets: 1, dropped: 0 }),
      start: async (id, _policy, collectors) => void done.push(['start', id, ...(collectors ?? [])].join(' ')),
      stop: async (id) => {
        done.push(`stop ${id}`);
        return { packets: 1, dropped: 0, problems: [] };
      },
    },
  });
  const approve = (id: string, given: Partial<MirrorPolicy> = {}) => {
    const at = clock.now();
    const agreed = { by: 'paul', at, endsAt: at + policy.durationMs };
    known.set(id, { id, policy: { ...policy, ...given }, by: 'maria', at, lapsesAt: at + 900_000, approved: agreed });
  };
  return { clock, known, done, asked, problems, mirrors, approve, configuration };
}

test('only what is approved and names this watcher begins, once, after its entry', async () => {
  const { mirrors, approve, done, asked, known } = world((request) => {
    if (request.kind === 'mirror-begin') expect(done).toEqual([]);
  });
  approve('1');
  approve('2', { watcher: 'w2' });
  approve('3');
  const third = known.get('3');
  if (third) known.set('3', { ...third, approved: undefined } as unknown as Mirror);
  for (let look = 0; look < 3; look++) {
    mirrors.look();
    await vi.waitFor(() => expect(done).toEqual(['start 1']));
  }
  expect(asked.map(({ kind }) => kind)).toEqual(['mirror-begin']);
});

test('what goes to collectors of other mirrors is never copied, whichever watcher they are of', async () => {
  const { mirrors, approve, done, known } = world();
  const tunnel = (address: string) => ({ collector: { kind: 'vxlan', address, port: 4789, vni: 1 } }) as const;
  approve('1', { watcher: 'w2', ...tunnel('192.0.2.9') });
  approve('2', { watcher: 'w2', ...tunnel('192.0.2.8') });
  const over = known.get('2');
  if (over) known.set('2', { ...over, stopped: { by: 'anna', at: 0 } });
  approve('3', tunnel('192.0.2.7'));
  mirrors.look();
  await vi.waitFor(() => expect(done).toEqual(['start 3 192.0.2.9 192.0.2.7']));
});

test('what the ledger refuses does not begin', async () => {
  const { mirrors, approve, done, problems } = world(() => Promise.reject(new Error('it has lapsed')));
  approve('1');
  mirrors.look();
  await vi.waitFor(() => expect(problems).toEqual(['mirrors: it has lapsed']));
  expect(done).toEqual([]);
});

test('what the ledger refuses holds up no other', async () => {
  const { mirrors, approve, done, problems } = world((request) => {
    if ('mirror' in request && request.mirror === '1') throw new Error('it has lapsed');
  });
  approve('1');
  approve('2');
  mirrors.look();
  await vi.waitFor(() => expect(problems).toEqual(['mirrors: it has lapsed']));
  expect(done).toEqual(['start 2']);
});

test('what the members agreed on too late does not begin', async () => {
  const late = world((request) => {
    if (request.kind === 'mirror-begin') late.clock.advance(policy.durationMs);
  });
  late.approve('1');
  late.mirrors.look();
  await vi.waitFor(() => expect(late.known.get('1')?.ended).toMatchObject({ why: 'failed' }));
  expect(late.done).toEqual([]);
});

test('all end in time though the other members do not answer', async () => {
  let cutOff = false;
  const { mirrors, approve, done, clock } = world(() => (cutOff ? new Promise(() => undefined) : undefined));
  approve('1');
  approve('2');
  mirrors.look();
  await vi.waitFor(() => expect(done).toEqual(['start 1', 'start 2']));
  cutOff = true;
  clock.advance(policy.durationMs);
  mirrors.look();
  await vi.waitFor(() => expect(done).toEqual(['start 1', 'start 2', 'stop 1', 'stop 2']));
});

test('all end in time though the clock was set back', async () => {
  const { mirrors, approve, done, clock } = world();
  approve('1');
  mirrors.look();
  await vi.waitFor(() => expect(done).toEqual(['start 1']));
  vi.spyOn(clock, 'now').mockReturnValue(clock.now() - 86_400_000);
  clock.advance(policy.durationMs - 1);
  mirrors.look();
  expect(done).toEqual(['start 1']);
  clock.advance(1);
  mirrors.look();
  await vi.waitFor(() => expect(done).toEqual(['start 1', 'stop 1']));
});

test('what runs ends when mirroring is switched off', async () => {
  const { mirrors, approve, done, known, configuration } = world();
  approve('1');
  mirrors.look();
  await vi.waitFor(() => expect(done).toEqual(['start 1']));
  delete configuration.mirrors;
  await vi.waitFor(() => {
    mirrors.look();
    expect(known.get('1')?.ended).toMatchObject({ why: 'stopped', text: 'Packet mirroring was switched off.' });
  });
  expect(done).toEqual(['start 1', 'stop 1']);
});

test('the end is told again until it is in the ledger; nothing is stopped twice', async () => {
  let refusals = 2;
  const { mirrors, approve, done, known, clock, problems } = world((request) => {
    if (request.kind === 'mirror-end' && refusals-- > 0) throw new Error('nobody answers');
  });
  approve('1');
  mirrors.look();
  await vi.waitFor(() => expect(done).toEqual(['start 1']));
  clock.advance(policy.durationMs);
  await vi.waitFor(() => {
    mirrors.look();
    expect(known.get('1')?.ended).toMatchObject({ why: 'time', packets: 1 });
  });
  expect(done).toEqual(['start 1', 'stop 1']);
  expect(problems.filter((one) => one?.includes('nobody answers'))).toHaveLength(2);
});

test('a mirror that ran before the watcher was started again is over', async () => {
  const { mirrors, approve, known, done } = world();
  approve('1');
  const mirror = known.get('1');
  if (mirror) known.set('1', { ...mirror, began: { at: 0 } });
  mirrors.look();
  await vi.waitFor(() => expect(known.get('1')?.ended).toMatchObject({ why: 'restarted', files: [] }));
  expect(done).toEqual([]);
});

test.each([
  ['nobody answers', () => new Promise<void>(() => undefined)],
  ['it is refused', () => Promise.reject(new Error('no quorum'))],
])('files are shredded in time though %s, whatever else waits', async (_what, answer) => {
  const { mirrors, approve, known, clock } = world(answer);
  const ring = { collector: { kind: 'ring', sizeBytes: 1 << 25, snapBytes: 96 } } as const;
  const file = { name: '000001.pcapng', bytes: 6, packets: 1, sha256: '0'.repeat(64) };
  const captured = (id: string) => join(directory, 'mirrors', id, file.name);
  for (const id of ['1', '2', '3']) {
    approve(id, { ...ring, keepMs: 1000 });
    mkdirSync(join(directory, 'mirrors', id), { recursive: true });
    writeFileSync(captured(id), 'secret');
  }
  const [first, second, third] = ['1', '2', '3'].map((id) => known.get(id) as Mirror);
  const began = { at: clock.now() };
  const nothing = { why: 'time', text: '', packets: 1, dropped: 0, overwritten: 0, files: [file] } as const;
  // The end of the first and of the third never came into the ledger; the second has ended, and its time is over.
  if (first) known.set('1', { ...first, began });
  if (second) known.set('2', { ...second, began, ended: { ...nothing, at: clock.now(), shredAt: clock.now() + 1000 } });
  if (third) known.set('3', { ...third, began });
  // As every second.
  const untilGone = (...ids: string[]) =>
    vi.waitFor(() => {
      mirrors.look();
      expect(ids.filter((id) => existsSync(captured(id)))).toEqual([]);
    });
  mirrors.look();
  clock.advance(1000);
  await untilGone('2');
  expect(existsSync(captured('1'))).toBe(true);
  clock.advance(policy.durationMs);
  await untilGone('1', '3');
});

test('stopping the watcher ends what runs, and says so', async () => {
  const { mirrors, approve, known, done } = world();
  approve('1');
  mirrors.look();
  await vi.waitFor(() => expect(done).toEqual(['start 1']));
  await mirrors.stop();
  expect(done).toEqual(['start 1', 'stop 1']);
  expect(known.get('1')?.ended).toMatchObject({ why: 'stopped', text: 'The watcher was stopped.' });
});
