import { t } from '../text/text.ts';

/** Nothing is there yet: what one would write, and where. */
export function ExampleView({ title, text, example }: { title: string; text: string; example: string }) {
  return (
    <div class="empty">
      <p class="empty-title">{title}</p>
      <p class="quiet">{text}</p>
      <pre class="example" tabIndex={0} aria-label={t('onCall.example')}>
        <code>{example}</code>
      </pre>
      <a href="/configuration">{t('nav.configuration')}</a>
    </div>
  );
}
