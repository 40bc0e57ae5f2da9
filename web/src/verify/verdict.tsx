import {
  certificateReasonTable,
  certificateStatementText,
  type CertificateStep,
  type CertificateVerification,
  type CertifiedOutage,
} from 'quorumwatch/certificate';

const stepTitles = {
  form: 'Form',
  members: 'Members',
  votes: 'Votes',
  inclusion: 'Entries',
  checkpoint: 'Checkpoint',
  verdict: 'Evidence and rule',
  history: 'History',
} as const;

const outcomes = { passed: 'passed', absent: 'not needed', failed: 'failed', 'not-reached': 'not reached' } as const;

/** The answer first, then how it came about. */
export function Verdict({ result }: { result: CertificateVerification }) {
  const { ok, reason, detail, steps, outage } = result;
  return (
    <>
      <section class={ok ? 'answer good' : 'answer bad'}>
        <h2>{ok ? 'Valid' : 'Refused'}</h2>
        {reason !== 'ok' && (
          <p>
            {certificateReasonTable[reason]} <code>{reason}</code>
          </p>
        )}
        <p>
          <bdi>{detail}</bdi>
        </p>
        {outage && <Outage outage={outage} />}
      </section>
      <h2>Steps</h2>
      <ol class="steps">
        {steps.map((step) => (
          <Step key={step.step} step={step} />
        ))}
      </ol>
      {outage && (
        <>
          <h2>What this proves</h2>
          <ul>
            {certificateStatementText(outage.policy).map((line) => (
              <li key={line}>{line}</li>
            ))}
          </ul>
        </>
      )}
    </>
  );
}

function Step({ step: { step, outcome, text } }: { step: CertificateStep }) {
  return (
    <li class={outcome}>
      <strong>{stepTitles[step]}</strong> <span class="outcome">{outcomes[outcome]}</span>
      <br />
      <bdi>{text}</bdi>
    </li>
  );
}

function Outage({ outage }: { outage: CertifiedOutage }) {
  const { cluster, incident, check, from, until, transitions, signers, members } = outage;
  return (
    <>
      <dl>
        <dt>Check</dt>
        <dd>
          <bdi>{check}</bdi> (incident <bdi>{incident}</bdi>)
        </dd>
        <dt>Cluster</dt>
        <dd>
          <bdi>{cluster}</bdi>
        </dd>
        <dt>From</dt>
        <dd>
          <At at={from} />
        </dd>
        <dt>To</dt>
        <dd>{until === undefined ? 'not ended in this certificate' : <At at={until} />}</dd>
        <dt>Signed by</dt>
        <dd>
          {signers.length} of {members.length}: <bdi>{signers.join(', ')}</bdi>
        </dd>
      </dl>
      <table>
        <caption>Changes of verdict</caption>
        <thead>
          <tr>
            <th scope="col">Since</th>
            <th scope="col">Verdict</th>
            <th scope="col">Rule</th>
            <th scope="col">For</th>
            <th scope="col">Against</th>
            <th scope="col">Silent</th>
          </tr>
        </thead>
        <tbody>
          {transitions.map((one) => (
            <tr key={one.position}>
              <td>
                <At at={one.since} />
              </td>
              <td>
                {one.from} → {one.to}
              </td>
              <td>
                {one.rule.name}, {one.rule.need} of {one.rule.of}
              </td>
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
