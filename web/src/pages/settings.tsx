import type { ApiStatus } from '../../../src/model/index.ts';
import { request, session, signOut } from '../api/session.ts';
import { SettingsViews } from '../frame/navigation.tsx';
import { LanguageField } from '../parts/language-choice.tsx';
import { Page, Section } from '../parts/page.tsx';
import { ProblemView, Waiting } from '../parts/problem-view.tsx';
import { useResource } from '../parts/use-resource.ts';
import { roleName } from '../text/role-name.ts';
import { t } from '../text/text.ts';
import { chooseTheme, theme, themes } from '../theme.ts';

/** What this browser remembers about the page, and who is signed in. */
export function SettingsPage() {
  return (
    <Page title={t('nav.appearance')}>
      <SettingsViews />
      <Section id="theme-title" title={t('settings.theme')}>
        <div class="choices" role="radiogroup" aria-labelledby="theme-title">
          {themes.map((one) => (
            <label key={one} class="choice">
              <input type="radio" name="theme" checked={theme.value === one} onChange={() => chooseTheme(one)} />
              <span>{t(`settings.themes.${one}`)}</span>
            </label>
          ))}
        </div>
        <p class="quiet page-note">{t('settings.themeHint')}</p>
      </Section>
      <Section id="language-title" title={t('settings.language')}>
        <LanguageField />
      </Section>
      <Section id="account-title" title={t('settings.account')}>
        <p>{t('signedIn', { name: session.value.name ?? '–', role: roleName() })}</p>
        <p class="settings-action">
          <button type="button" class="button" onClick={() => void signOut().catch(() => undefined)}>
            {t('signOut')}
          </button>
        </p>
      </Section>
    </Page>
  );
}

/** Which watcher this is. */
export function AboutPage() {
  const { data, problem, reload } = useResource('status', (signal) => request<ApiStatus>('GET', '/status', { signal }));
  return (
    <Page title={t('nav.about')}>
      <SettingsViews />
      <Section id="about-title" title={t('product')}>
        <p class="about-text">{t('settings.about')}</p>
        {!data && problem && <ProblemView problem={problem} retry={reload} />}
        {!data && !problem && <Waiting />}
        {data && (
          <dl class="facts">
            {(
              [
                [t('settings.version'), data.watcher.version],
                [t('settings.watcher'), data.watcher.id],
                [t('settings.site'), data.watcher.site],
              ] as const
            ).map(([name, value]) => (
              <div key={name}>
                <dt>{name}</dt>
                <dd>
                  <bdi>{value}</bdi>
                </dd>
              </div>
            ))}
          </dl>
        )}
        <p class="settings-action">
          <a href="/api/v1/openapi.json">{t('settings.api')}</a>
        </p>
      </Section>
    </Page>
  );
}
