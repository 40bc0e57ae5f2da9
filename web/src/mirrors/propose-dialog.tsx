import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { ApiMirrorPlan, ApiProblem } from '../../../src/model/index.ts';
import { problemOf } from '../api/problem.ts';
import { request } from '../api/session.ts';
import { readDuration } from '../charts/duration.ts';
import { Dialog } from '../parts/dialog.tsx';
import { ProblemView } from '../parts/problem-view.tsx';
import { t } from '../text/text.ts';
import { emptyProposal, proposalOf, type ProposalFields } from './proposal.ts';

const directions = ['both', 'ingress', 'egress'] as const;
const collectors = ['ring', 'vxlan', 'device'] as const;

/** Which packets, where to, for how long and what for; what it would do can be looked at before anybody is asked. */
export function ProposeDialog({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
  const [fields, setFields] = useState(emptyProposal);
  const [plan, setPlan] = useState<ApiMirrorPlan | undefined>(undefined);
  const [problem, setProblem] = useState<ApiProblem | undefined>(undefined);
  const [busy, setBusy] = useState(false);
  const body = proposalOf(fields);
  const set = (changes: Partial<ProposalFields>) => {
    setFields((before) => ({ ...before, ...changes }));
    // It was of other fields.
    setPlan(undefined);
  };
  const ask = async (work: () => Promise<void>) => {
    setBusy(true);
    setProblem(undefined);
    try {
      await work();
    } catch (thrown) {
      setProblem(problemOf(thrown));
    }
    setBusy(false);
  };
  const preview = () => ask(async () => setPlan(await request<ApiMirrorPlan>('POST', '/mirrors/plan', { body })));
  const propose = () =>
    ask(async () => {
      await request('POST', '/mirrors', { body });
      onDone();
    });
  const text = (name: keyof ProposalFields, label: string, more: { hint?: string; placeholder?: string } = {}) => (
    <Field label={label} {...(more.hint !== undefined && { hint: more.hint })}>
      <input
        value={fields[name]}
        maxLength={1000}
        placeholder={more.placeholder}
        spellcheck={false}
        onInput={(event) => set({ [name]: event.currentTarget.value })}
      />
    </Field>
  );
  const badTime = readDuration(fields.duration) === undefined || readDuration(fields.keep) === undefined;
  return (
    <Dialog title={t('mirrors.propose')} onClose={onClose}>
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault();
          if (body && !busy) void propose();
        }}
      >
        {text('purpose', t('mirrors.purpose'))}
        {text('interfaces', t('mirrors.interfaces'), { hint: t('mirrors.several'), placeholder: 'eth0' })}
        <div class="mirror-pair">
          {text('networks', t('mirrors.networks'), { placeholder: '10.1.0.0/24' })}
          {text('tags', t('mirrors.tags'))}
          {text('peers', t('mirrors.peers'), { placeholder: '192.0.2.0/24' })}
          {text('protocols', t('mirrors.protocols'), { placeholder: 'tcp udp' })}
          <Choice
            label={t('mirrors.direction')}
            value={fields.direction}
            choices={directions.map((one) => [one, t(`mirrors.directions.${one}`)])}
            onChange={(direction) => set({ direction })}
          />
          <Choice
            label={t('mirrors.collector')}
            value={fields.collector}
            choices={collectors.map((one) => [one, t(`mirrors.collectors.${one}`)])}
            onChange={(collector) => set({ collector })}
          />
          {fields.collector === 'ring' && text('ringMib', t('mirrors.ringSize'))}
          {fields.collector === 'ring' && text('snapBytes', t('mirrors.snap'))}
          {fields.collector === 'vxlan' && text('address', t('mirrors.address'), { placeholder: '10.3.0.2' })}
          {fields.collector === 'vxlan' && text('vni', t('mirrors.vni'))}
          {fields.collector === 'device' && text('device', t('mirrors.device'), { placeholder: 'ids0' })}
          {text('duration', t('mirrors.duration'))}
          {fields.collector === 'ring' && text('keep', t('mirrors.keep'))}
        </div>
        {badTime && <p class="field-problem">{t('mirrors.durationHint')}</p>}
        {problem && <ProblemView problem={problem} />}
        {plan && (
          <figure>
            <figcaption class="quiet">{t('mirrors.steps')}</figcaption>
            <pre tabIndex={0}>{plan.steps.join('\n')}</pre>
          </figure>
        )}
        <div class="buttons">
          <button type="submit" class="button button-main" disabled={!body || busy}>
            {t('mirrors.send')}
          </button>
          <button type="button" class="button" disabled={!body || busy} onClick={() => void preview()}>
            {t('mirrors.preview')}
          </button>
          <button type="button" class="button" onClick={onClose}>
            {t('mirrors.cancel')}
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Field({ label, hint, children }: { label: string; hint?: string; children: ComponentChildren }) {
  return (
    <label class="field">
      <span class="field-label">{label}</span>
      {children}
      {hint !== undefined && <span class="quiet">{hint}</span>}
    </label>
  );
}

function Choice<Word extends string>({
  label,
  value,
  choices,
  onChange,
}: {
  label: string;
  value: Word;
  choices: readonly (readonly [Word, string])[];
  onChange: (word: Word) => void;
}) {
  return (
    <Field label={label}>
      <select
        value={value}
        onChange={(event) => {
          const wanted = choices.find(([word]) => word === event.currentTarget.value);
          if (wanted) onChange(wanted[0]);
        }}
      >
        {choices.map(([word, text]) => (
          <option key={word} value={word}>
            {text}
          </option>
        ))}
      </select>
    </Field>
  );
}
