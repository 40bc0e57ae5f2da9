import { t } from '../text/text.ts';
import { exampleYaml } from './example.ts';

/** The build puts the guide of this very version beside the page, so that it can be read without the Internet. */
export function GuideLink() {
  return (
    <a href="/guide/uplinks.md" target="_blank" rel="noopener">
      {t('uplinks.empty.guide')}
    </a>
  );
}

/** What to do when there are no uplinks yet. */
export function Setup() {
  return (
    <section class="panel setup" aria-labelledby="setup-title">
      <h2 id="setup-title">{t('uplinks.empty.title')}</h2>
      <p>{t('uplinks.empty.text')}</p>
      <figure>
        <figcaption class="quiet">{t('uplinks.empty.example')}</figcaption>
        <pre tabIndex={0}>{exampleYaml}</pre>
      </figure>
      <p class="setup-links">
        <a class="button button-main setup-button" href="/configuration">
          {t('uplinks.empty.apply')}
        </a>
        <GuideLink />
      </p>
    </section>
  );
}
