import { useState } from 'preact/hooks';
import { Icon } from '../parts/icon.tsx';
import { t } from '../text/text.ts';

/** The address is the view, so that sharing or saving it is copying the link. */
export function CopyLink() {
  const [state, setState] = useState<'idle' | 'copied' | 'failed'>('idle');
  const copy = async () => {
    try {
      await navigator.clipboard.writeText(location.href);
      setState('copied');
    } catch {
      // Without TLS browsers give no clipboard: the link is in the address bar all the same.
      setState('failed');
    }
  };
  return (
    <span class="copy-link">
      <button type="button" class="button" onClick={() => void copy()}>
        <Icon name="link" />
        {t('flows.copyLink')}
      </button>
      <span role="status" class="quiet">
        {state === 'copied' && t('flows.copied')}
        {state === 'failed' && t('flows.copyFailed')}
      </span>
    </span>
  );
}
