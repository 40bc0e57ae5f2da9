import type { ApiMirror, MirrorProposal } from '../../src/model/index.ts';

/** `/api/v1/mirrors…`: one that waits for somebody, one that runs, one that has ended. */
export interface MirrorsStub {
  mirrors: ApiMirror[];
  reset: () => void;
  answer: (parts: readonly string[], method: string, body: unknown) => object | undefined;
}

const ago = (seconds: number) => new Date(Date.now() - seconds * 1000).toISOString();

const mirror = (id: string, given: Partial<ApiMirror>): ApiMirror => ({
  id,
  state: 'proposed',
  policy: {
    watcher: 'office-1',
    interfaces: ['eth0'],
    networks: ['10.1.0.2/32'],
    tags: ['web'],
    peers: [],
    protocols: ['icmp'],
    direction: 'both',
    collector: { kind: 'ring', sizeBytes: 268_435_456, snapBytes: 96 },
    durationMs: 600_000,
    keepMs: 86_400_000,
    purpose: 'ticket 4711: resets on the web server',
  },
  by: 'paul/cli',
  at: ago(60),
  lapsesAt: ago(-840),
  ...given,
});

function initial(): ApiMirror[] {
  const approved = { by: 'jan', at: ago(120), endsAt: ago(-480) };
  const file = { name: '000001.pcapng', bytes: 6064, packets: 40, sha256: 'a'.repeat(64) };
  return [
    mirror('19', {}),
    mirror('18', { by: 'Maria/laptop' }),
    mirror('17', {
      state: 'running',
      approved,
      began: { at: ago(119) },
      figures: { packets: 12_345, dropped: 2, overwritten: 0 },
    }),
    mirror('16', {
      state: 'ended',
      approved,
      began: { at: ago(119) },
      ended: {
        why: 'time',
        text: 'Its time is over.',
        packets: 40,
        dropped: 0,
        overwritten: 0,
        files: [file],
        at: ago(10),
        shredAt: ago(-86_390),
      },
    }),
  ];
}

const problem = (status: number, code: string, detail: string) => ({
  type: 'about:blank',
  title: 'That did not work',
  status,
  code,
  detail,
});

export function createMirrorsStub(): MirrorsStub {
  const changed = (id: string | undefined, changes: Partial<ApiMirror>): object => {
    stub.mirrors = stub.mirrors.map((one) => (one.id === id ? { ...one, ...changes } : one));
    return stub.mirrors.find((one) => one.id === id) ?? {};
  };
  const stub: MirrorsStub = {
    mirrors: initial(),
    reset: () => {
      stub.mirrors = initial();
    },
    answer: ([, id, what], method, body) => {
      if (method === 'GET') return { items: stub.mirrors };
      if (id === undefined || id === 'plan') {
        const proposal = body as MirrorProposal;
        if (proposal.interfaces[0] === 'eth9') return problem(409, 'CONFLICT', 'there is no interface eth9');
        const policy = { ...mirror('', {}).policy, ...proposal, watcher: 'office-1' };
        if (id === 'plan') return { policy, steps: ['capture eth0 into a ring of 16 files'] };
        const made = mirror('20', { policy, by: 'maria' });
        stub.mirrors = [made, ...stub.mirrors];
        return made;
      }
      if (what === 'approve')
        return changed(id, { state: 'approved', approved: { by: 'maria', at: ago(0), endsAt: ago(-600) } });
      if (what === 'stop') return changed(id, { state: 'withdrawn', stopped: { by: 'maria', at: ago(0) } });
      return what === 'read' ? { packets: (body as { why: string }).why } : undefined;
    },
  };
  return stub;
}
