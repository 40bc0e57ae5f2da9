import { useEffect, useState } from 'preact/hooks';
import { maxCertificateBytes, verifyCertificate, type CertificateVerification } from 'quorumwatch/certificate';
import { browserCrypto } from './crypto.ts';
import { parse, readGiven, roleOf, type Given, type Role } from './files.ts';
import { Verdict } from './verdict.tsx';

const roles = [
  ['genesis', 'Genesis', 'The file genesis.json of the cluster, from a source that you trust yourself.'],
  ['certificate', 'Certificate', 'A file *.outage.json, from anybody.'],
] as const;

export function VerifyPage() {
  const [given, setGiven] = useState<Partial<Record<Role, Given>>>({});
  const [over, setOver] = useState(false);
  const take = async (files: Iterable<File>, role?: Role) => {
    for (const file of files) {
      const read = await readGiven(file, maxCertificateBytes);
      setGiven((before) => ({ ...before, [role ?? roleOf(read)]: read }));
    }
  };
  useEffect(() => {
    const onOver = (event: DragEvent) => {
      event.preventDefault();
      setOver(true);
    };
    const onLeave = (event: DragEvent) => {
      if (event.relatedTarget === null) setOver(false);
    };
    const onDrop = (event: DragEvent) => {
      event.preventDefault();
      setOver(false);
      void take(event.dataTransfer?.files ?? []);
    };
    addEventListener('dragover', onOver);
    addEventListener('dragleave', onLeave);
    addEventListener('drop', onDrop);
    return () => {
      removeEventListener('dragover', onOver);
      removeEventListener('dragleave', onLeave);
      removeEventListener('drop', onDrop);
    };
  }, []);
  const result = verify(given);
  return (
    <main class={over ? 'over' : ''}>
      <h1>Verify an outage certificate</h1>
      <p>
        Everything is computed in this page; no file leaves your machine. Choose both files, or drop them anywhere here.
      </p>
      <div class="files">
        {roles.map(([role, title, hint]) => (
          <div class="file" key={role}>
            <label for={role}>{title}</label>
            <p id={`${role}-hint`}>{hint}</p>
            <input
              id={role}
              type="file"
              accept=".json,application/json"
              aria-describedby={`${role}-hint ${role}-name`}
              onChange={(event) => void take(event.currentTarget.files ?? [], role)}
            />
            <p id={`${role}-name`} class="name">
              {given[role] ? <bdi>{given[role].name}</bdi> : 'none yet'}
            </p>
          </div>
        ))}
      </div>
      <div role="status" aria-live="polite">
        {result && <Verdict result={result} />}
      </div>
    </main>
  );
}

function verify({ genesis, certificate }: Partial<Record<Role, Given>>): CertificateVerification | undefined {
  return genesis && certificate && verifyCertificate(browserCrypto, certificate.bytes, parse(genesis.bytes));
}
