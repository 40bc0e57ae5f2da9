import { useState } from 'preact/hooks';
import { languageNames, languages } from '../text/known-languages.ts';
import { chooseLanguage, languageChoice, type LanguageChoice } from '../text/language.ts';
import { t } from '../text/text.ts';

/** The language of this browser: each stands in its own words, so that everybody finds theirs. */
export function LanguageField() {
  const [failed, setFailed] = useState(false);
  const choose = async (choice: LanguageChoice) => {
    setFailed(false);
    await chooseLanguage(choice).catch(() => setFailed(true));
  };
  return (
    <label class="field language-field">
      <span class="field-label">{t('settings.language')}</span>
      <select
        value={languageChoice.value}
        onChange={(event) => void choose(event.currentTarget.value as LanguageChoice)}
      >
        <option value="browser">{t('settings.languageOfBrowser')}</option>
        {languages.map((one) => (
          <option key={one} value={one} lang={one}>
            {languageNames[one]}
          </option>
        ))}
      </select>
      {failed && (
        <span class="field-problem" role="alert">
          {t('settings.languageFailed')}
        </span>
      )}
    </label>
  );
}
