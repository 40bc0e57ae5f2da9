import { Choice, Field, without, withAt } from '../dashboards/fields.tsx';
import { useCatalogue } from '../dashboards/use-catalogue.ts';
import { MarkdownView } from '../incidents/markdown-view.tsx';
import { readLabels } from '../on-call/route-path.ts';
import { Icon } from '../parts/icon.tsx';
import { Section } from '../parts/page.tsx';
import { t } from '../text/text.ts';
import { ConditionForm } from './condition-form.tsx';
import { readList, withKey, writeLabels, writeList } from './list-text.ts';
import { examplePolicy, severities, type PolicyDocument } from './policy-document.ts';

export interface PolicyFormProps {
  policy: PolicyDocument;
  onChange: (policy: PolicyDocument) => void;
}

const mostConditions = 6;
const combiners = ['OR', 'AND', 'AND_WITH_MATCHING_RESOURCE'] as const;

/** A policy as fields. What is left to the defaults stays out of the document. */
export function PolicyForm({ policy, onChange }: PolicyFormProps) {
  const catalogue = useCatalogue();
  const { conditions } = policy;
  const [example] = examplePolicy.conditions;
  return (
    <>
      <datalist id="metrics-known">
        {catalogue.map(({ name, help }) => (
          <option key={name} value={name}>
            {help}
          </option>
        ))}
      </datalist>
      <About policy={policy} onChange={onChange} />
      <Section
        id="conditions-title"
        title={t('alerts.conditions')}
        aside={
          <button
            type="button"
            class="button"
            disabled={conditions.length >= mostConditions}
            onClick={() => {
              if (example) onChange({ ...policy, conditions: [...conditions, structuredClone(example)] });
            }}
          >
            <Icon name="plus" /> {t('alerts.form.add')}
          </button>
        }
      >
        <div class="form">
          {conditions.map((condition, index) => (
            <ConditionForm
              key={index}
              number={index + 1}
              condition={condition}
              catalogue={catalogue}
              onChange={(next) => onChange({ ...policy, conditions: withAt(conditions, index, next) })}
              onRemove={
                conditions.length > 1
                  ? () => onChange({ ...policy, conditions: without(conditions, index) })
                  : undefined
              }
            />
          ))}
        </div>
      </Section>
      <div class="columns">
        <Together policy={policy} onChange={onChange} />
        <Who policy={policy} onChange={onChange} />
      </div>
      <Documentation policy={policy} onChange={onChange} />
    </>
  );
}

function About({ policy, onChange }: PolicyFormProps) {
  const set = <Key extends keyof PolicyDocument>(key: Key, value: PolicyDocument[Key] | undefined) =>
    onChange(withKey(policy, key, value));
  return (
    <Section id="about-title" title={t('alerts.form.about')}>
      <div class="form">
        <div class="fields-three">
          <Field
            label={t('alerts.form.name')}
            value={policy.name}
            most={100}
            onChange={(name) => onChange({ ...policy, name })}
          />
          <Choice
            label={t('alerts.form.severity')}
            value={policy.severity ?? 'error'}
            options={severities.map((one) => [one, t(`alerts.form.severities.${one}`)] as const)}
            onChange={(severity) => set('severity', severity)}
          />
          <Field
            label={t('alerts.form.labels')}
            hint={t('alerts.form.labelsHint')}
            value={writeLabels(policy.labels)}
            most={1000}
            onChange={(text) => {
              const labels = readLabels(text);
              set('labels', Object.keys(labels).length === 0 ? undefined : labels);
            }}
          />
        </div>
        <Field
          label={t('alerts.form.comment')}
          value={policy.comment ?? ''}
          most={1000}
          onChange={(comment) => set('comment', comment)}
        />
        <label class="choice">
          <input
            type="checkbox"
            checked={policy.disabled === true}
            onChange={(event) => set('disabled', event.currentTarget.checked || undefined)}
          />
          {t('alerts.form.disabled')}
        </label>
      </div>
    </Section>
  );
}

function Together({ policy, onChange }: PolicyFormProps) {
  const set = <Key extends keyof PolicyDocument>(key: Key, value: PolicyDocument[Key] | undefined) =>
    onChange(withKey(policy, key, value));
  const hint = t('alerts.form.durationHint');
  return (
    <Section id="timing-title" title={t('alerts.form.timing')}>
      <div class="form">
        {policy.conditions.length > 1 && (
          <Choice
            label={t('alerts.form.combiner')}
            value={policy.combiner ?? 'OR'}
            options={combiners.map((one) => [one, t(`alerts.form.combiners.${one}`)] as const)}
            onChange={(combiner) => set('combiner', combiner)}
          />
        )}
        <div class="fields-two">
          <Choice
            label={t('alerts.form.per')}
            value={policy['incident-per'] ?? 'resource'}
            options={(['resource', 'policy'] as const).map((one) => [one, t(`alerts.form.pers.${one}`)] as const)}
            onChange={(per) => set('incident-per', per)}
          />
          <Field
            label={t('alerts.form.interval')}
            hint={hint}
            value={policy.interval ?? '10s'}
            most={20}
            onChange={(interval) => set('interval', interval)}
          />
          <Field
            label={t('alerts.form.autoClose')}
            hint={hint}
            value={policy['auto-close'] ?? '1d'}
            most={20}
            onChange={(text) => set('auto-close', text)}
          />
          <Field
            label={t('alerts.form.renotify')}
            hint={t('alerts.form.renotifyHint')}
            value={policy.renotify ?? ''}
            most={20}
            onChange={(renotify) => set('renotify', renotify)}
          />
        </div>
      </div>
    </Section>
  );
}

function Who({ policy, onChange }: PolicyFormProps) {
  const hint = t('alerts.form.notifyHint');
  return (
    <Section id="who-title" title={t('alerts.form.who')}>
      <div class="form">
        <Field
          label={t('alerts.form.notify')}
          hint={hint}
          value={writeList(policy.notify)}
          most={2000}
          onChange={(text) => onChange(withKey(policy, 'notify', readList(text)))}
        />
        <Field
          label={t('alerts.form.dependsOn')}
          hint={hint}
          value={writeList(policy['depends-on'])}
          most={2000}
          onChange={(text) => onChange(withKey(policy, 'depends-on', readList(text)))}
        />
      </div>
    </Section>
  );
}

function Documentation({ policy, onChange }: PolicyFormProps) {
  const documentation = policy.documentation ?? {};
  const set = (key: 'subject' | 'content' | 'runbook', value: string) => {
    const next = withKey(documentation, key, value);
    onChange(withKey(policy, 'documentation', Object.keys(next).length === 0 ? undefined : next));
  };
  const { content = '' } = documentation;
  return (
    <Section id="documentation-title" title={t('alerts.documentation')}>
      <div class="columns">
        <div class="form">
          <Field
            label={t('alerts.form.subject')}
            value={documentation.subject ?? ''}
            most={255}
            onChange={(text) => set('subject', text)}
          />
          <Field
            label={t('alerts.form.runbook')}
            value={documentation.runbook ?? ''}
            most={2000}
            onChange={(text) => set('runbook', text)}
          />
          <label class="field">
            <span class="field-label">{t('alerts.form.content')}</span>
            <textarea
              class="postmortem-text"
              rows={8}
              value={content}
              maxLength={8192}
              onInput={(event) => set('content', event.currentTarget.value)}
            />
          </label>
        </div>
        <div>
          <p class="field-label">{t('alerts.form.preview')}</p>
          {content === '' ? <p class="quiet">{t('alerts.noDocumentation')}</p> : <MarkdownView text={content} />}
        </div>
      </div>
    </Section>
  );
}
