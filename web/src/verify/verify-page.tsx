import { useEffect, useState } from 'preact/hooks';
import { maxCertificateBytes, verifyCertificate, type CertificateVerification } from 'quorumwatch/certificate';
import { browserCrypto } from './crypto.ts';
import type { Language } from '../../../src/model/index.ts';
import { languageFor, languageNames, languages } from '../text/known-languages.ts';
import { parse, readGiven, roleOf, type Given, type Role } from './files.ts';
import { verifyTexts } from './text/verify-texts.ts';
import { Verdict } from './verdict.tsx';

const roles = ['genesis', 'certificate'] as const;

export function VerifyPage() {
  const [given, setGiven] = useState<Partial<Record<Role, Given>>>({});
  const [over, setOver] = useState(false);
  const [language, setLanguage] = useState(languageFor(navigator.languages));
  const texts = verifyTexts[language];
  useEffect(() => {
    document.documentElement.lang = language;
    document.title = texts.title;
  }, [language]);
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
      <h1>{texts.title}</h1>
      <p>{texts.intro}</p>
      <div class="files">
        {roles.map((role) => (
          <div class="file" key={role}>
            <label for={role}>{texts.roles[role].title}</label>
            <p id={`${role}-hint`}>{texts.roles[role].hint}</p>
            <input
              id={role}
              type="file"
              accept=".json,application/json"
              aria-describedby={`${role}-hint ${role}-name`}
              onChange={(event) => void take(event.currentTarget.files ?? [], role)}
            />
            <p id={`${role}-name`} class="name">
              {given[role] ? <bdi>{given[role].name}</bdi> : texts.noFile}
            </p>
          </div>
        ))}
      </div>
      <div role="status" aria-live="polite">
        {result && <Verdict result={result} texts={texts} />}
      </div>
      <footer>
        <label class="language">
          {texts.language}
          <select value={language} onChange={(event) => setLanguage(event.currentTarget.value as Language)}>
            {languages.map((one) => (
              <option key={one} value={one} lang={one}>
                {languageNames[one]}
              </option>
            ))}
          </select>
        </label>
      </footer>
    </main>
  );
}

function verify({ genesis, certificate }: Partial<Record<Role, Given>>): CertificateVerification | undefined {
  return genesis && certificate && verifyCertificate(browserCrypto, certificate.bytes, parse(genesis.bytes));
}
