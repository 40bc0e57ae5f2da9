import { describe, expect, it } from 'vitest';
import { type CertificateReason, type OutageCertificate } from '../../model/index.ts';
import { changedFrom, expectRefused, exportBoth, must, stageEverything, verifyBytes } from './tampering.fixture.ts';

const { cluster, text } = stageEverything();
const changed = (change: (certificate: OutageCertificate) => void, from = text) => changedFrom(from, change);
const expectRefusal = (bytes: Uint8Array, reason: CertificateReason, genesis = cluster.genesis) =>
  expectRefused(bytes, reason, genesis);

describe('entries', () => {
  it('of any other content are not in the ledger', () => {
    const lies: ((one: OutageCertificate) => void)[] = [
      (one) => void (one.incident.entry.body = one.incident.entry.body.replace('major', 'minor')),
      (one) => void (one.incident.entry.time += 1),
      (one) => void (one.incident.entry.last = false),
      (one) => void (one.incident.entry.sequence += 1),
      (one) => void (one.incident.entry.position -= 1),
      (one) => void one.incident.proof.reverse(),
      (one) => void one.incident.proof.pop(),
      (one) => void one.incident.proof.push('ab'.repeat(32)),
      (one) => void (one.seal.size += 1),
      // Another rule would give another verdict of the same opinions.
      ({ transitions: [one] }) => {
        const { entry } = must(one);
        entry.body = entry.body.replace('"need":4', '"need":3');
      },
    ];
    for (const lie of lies) {
      const bytes = changed((one) => {
        delete one.seal.note;
        lie(one);
      });
      expectRefusal(bytes, 'not-included');
    }
  });

  it('are leaves: an inner node of the tree is none', () => {
    // The children of a node, given as the content of an entry, hash with another prefix.
    const bytes = changed((one) => {
      const [sibling = '', ...rest] = one.incident.proof;
      one.incident = { entry: { ...one.incident.entry, previous: sibling, kind: 'x', body: '{}' }, proof: rest };
    });
    expectRefusal(bytes, 'not-included');
  });

  it('stand in the place that they are used in', () => {
    const swapped = changed((one) => {
      const { entry, proof } = must(one.transitions[0]);
      one.incident = { entry, proof };
    });
    expectRefusal(swapped, 'entry-invalid');
  });
});

describe('evidence', () => {
  const first = (one: OutageCertificate) => must(one.transitions[0]);

  it('is all there', () => {
    expectRefusal(
      changed((one) => void first(one).said.pop()),
      'evidence-missing',
    );
    expectRefusal(
      changed((one) => void first(one).said.splice(0)),
      'evidence-missing',
    );
    expectRefusal(
      changed((one) => void first(one).said.reverse()),
      'evidence-missing',
    );
    expectRefusal(
      changed((one) => void first(one).said.push(must(first(one).said[0]))),
      'evidence-foreign',
    );
    expectRefusal(
      changed((one) => void one.transitions.pop()),
      'incident-mismatch',
    );
    expectRefusal(
      changed((one) => void one.transitions.reverse()),
      'incident-mismatch',
    );
    expectRefusal(
      changed((one) => void one.transitions.splice(0)),
      'wrong-shape',
    );
  });

  it('was signed as it is given', () => {
    const said = (one: OutageCertificate) => must(first(one).said[0]);
    const later = (one: OutageCertificate) => must(one.transitions[1]?.said[0]);
    const lies: ((one: OutageCertificate) => void)[] = [
      (one) => void (said(one).number += 1),
      (one) => void said(one).digests.pop(),
      (one) => void said(one).digests.reverse(),
      (one) => void said(one).digests.push('ab'.repeat(32)),
      (one) => void Object.assign(said(one), later(one)),
      (one) => void (said(one).signature = must(first(one).said[1]).signature),
    ];
    for (const lie of lies) expectRefusal(changed(lie), 'evidence-signature');
  });

  it('must give the recorded verdict, even against a quorum that certified another', () => {
    const lying = (body: (good: Record<string, unknown>) => object): Buffer => {
      const said = ['east', 'north'].map((id) => cluster.observe(id, ['web', 'down']));
      const { at: good } = cluster.transit(
        'up',
        said.map(({ opinions }) => must(opinions[0])),
      );
      const record = must(cluster.records[good]).toString();
      const honest = JSON.parse(record.slice(record.indexOf('{"check"'))) as Record<string, unknown>;
      const at = cluster.order([{ kind: 'transition', body: { ...honest, ...body(honest) } }]);
      const incident = { id: '9', check: 'web', title: 'lie', status: 'identified', openedAt: 1, transitions: [at] };
      const last = cluster.order([{ kind: 'incident', body: incident }]);
      return Buffer.from(
        exportBoth(cluster, { incident: last, transitions: [{ at, observations: said.map((one) => one.at) }] }),
      );
    };
    const rule = { name: 'bft', of: 5, need: 4 };
    expectRefusal(
      lying(() => ({ to: 'down' })),
      'verdict-mismatch',
    );
    expectRefusal(
      lying(() => ({ to: 'down', rule: { ...rule, need: 2 } })),
      'verdict-mismatch',
    );
    expectRefusal(
      lying(() => ({ to: 'down', rule: { ...rule, of: 1, need: 1 } })),
      'verdict-mismatch',
    );
    const weak = { name: 'k', of: 5, need: 2 };
    expect(
      verifyBytes(
        lying(() => ({ to: 'down', rule: weak })),
        cluster.genesis,
      ),
    ).toMatchObject({ ok: true });
    expectRefusal(
      lying(() => ({ to: 'down', rule: weak, silent: ['north'] })),
      'verdict-mismatch',
    );
    expectRefusal(
      lying(() => ({ to: 'down', rule: weak, since: 1 })),
      'since-mismatch',
    );
    expectRefusal(
      lying((good) => {
        const [opinion] = good['opinions'] as object[];
        return { to: 'down', rule: weak, opinions: [opinion, opinion] };
      }),
      'evidence-missing',
    );
    expectRefusal(
      lying((good) => ({ opinions: (good['opinions'] as object[]).map((one) => ({ ...one, state: 'up' })) })),
      'evidence-signature',
    );
    expectRefusal(
      lying((good) => ({ opinions: (good['opinions'] as object[]).map((one) => ({ ...one, said: 9999 })) })),
      'evidence-signature',
    );
    expectRefusal(
      lying(() => ({ check: 'mail' })),
      'incident-mismatch',
    );
    expectRefusal(
      lying(() => ({ to: 5 })),
      'entry-invalid',
    );
  });
});
