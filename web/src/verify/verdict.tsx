import type { CertificateStep, CertificateVerification, CertifiedOutage } from 'quorumwatch/certificate';
import type { VerifyTexts } from './text/texts.ts';

/** The answer first, then how it came about. */
export function Verdict({ result, texts }: { result: CertificateVerification; texts: VerifyTexts }) {
  const { ok, reason, detail, steps, outage } = result;
  return (
    <>
      <section class={ok ? 'answer good' : 'answer bad'}>
        <h2>{ok ? texts.valid : texts.refused}</h2>
        {reason !== 'ok' && (
          <p>
            {texts.reasons[reason]} <code>{reason}</code>
          </p>
        )}
        <p>
          <bdi lang="en">{detail}</bdi>
        </p>
        {outage && <Outage outage={outage} texts={texts} />}
      </section>
      <h2>{texts.steps}</h2>
      <ol class="steps">
        {steps.map((step) => (
          <Step key={step.step} step={step} texts={texts} />
        ))}
      </ol>
      {outage && (
        <>
          <h2>{texts.proves}</h2>
          <ul>
            {statementsOf(outage, texts).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function statementsOf({ policy }: CertifiedOutage, { statements }: VerifyTexts): string[] {
  return [statements.proved, statements.strength[policy], statements.network, statements.otherLedger];
}

function Step({ step: { step, outcome, text }, texts }: { step: CertificateStep; texts: VerifyTexts }) {
  return (
    <li class={outcome}>
      <strong>{texts.stepTitles[step]}</strong> <span class="outcome">{texts.outcomes[outcome]}</span>
      <br />
      <bdi lang="en">{text}</bdi>
    </li>
  );
}

function Outage({ outage, texts }: { outage: CertifiedOutage; texts: VerifyTexts }) {
  const { cluster, incident, check, from, until, transitions, signers, members } = outage;
  return (
    <>
      <dl>
        <dt>{texts.check}</dt>
        <dd>
          <bdi>{check}</bdi> ({texts.incident} <bdi>{incident}</bdi>)
        </dd>
        <dt>{texts.cluster}</dt>
        <dd>
          <bdi>{cluster}</bdi>
        </dd>
        <dt>{texts.from}</dt>
        <dd>
          <At at={from} />
        </dd>
        <dt>{texts.to}</dt>
        <dd>{until === undefined ? texts.notEnded : <At at={until} />}</dd>
        <dt>{texts.signedBy}</dt>
        <dd>
          {texts.signers(signers.length, members.length)}: <bdi>{signers.join(', ')}</bdi>
        </dd>
      </dl>
      <table>
        <caption>{texts.changes}</caption>
        <thead>
          <tr>
            {Object.values(texts.columns).map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {transitions.map((one) => (
            <tr key={one.position}>
              <td>
                <At at={one.since} />
              </td>
              <td>
                {texts.verdicts[one.from]} → {texts.verdicts[one.to]}
              </td>
              <td>{texts.rule(one.rule.name, one.rule.need, one.rule.of)}</td>
              <td>{names(one.for)}</td>
              <td>{names(one.against)}</td>
              <td>{names(one.silent)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </>
  );
}

/** In UTC, so that everybody who compares sees the same. */
function At({ at }: { at: number }) {
  const text = new Date(at).toISOString();
  return <time dateTime={text}>{text.replace('T', ' ').replace('Z', ' UTC')}</time>;
}

function names(list: readonly string[]) {
  return list.length === 0 ? '–' : <bdi>{list.join(', ')}</bdi>;
}
