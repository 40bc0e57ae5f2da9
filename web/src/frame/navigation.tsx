import { useEffect, useRef, useState } from 'preact/hooks';
import { openIncidents } from '../api/live.ts';
import { isAdmin } from '../api/session.ts';
import { Icon } from '../parts/icon.tsx';
import { path } from '../router.ts';
import { formatInteger } from '../text/format.ts';
import { t } from '../text/text.ts';
import { isAt, places } from './places.ts';

/** The one navigation; where there is no room for a row, a menu behind a button. */
export function Navigation() {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const at = path.value;
  const incidents = openIncidents.value ?? 0;
  useEffect(() => setOpen(false), [at]);
  useEffect(() => {
    if (!open) return undefined;
    const close = (event: Event) => {
      if (event instanceof KeyboardEvent && event.key !== 'Escape') return;
      if (event instanceof PointerEvent && event.target instanceof Element && event.target.closest('.top')) return;
      setOpen(false);
      if (event instanceof KeyboardEvent) button.current?.focus();
    };
    addEventListener('keydown', close);
    addEventListener('pointerdown', close);
    return () => {
      removeEventListener('keydown', close);
      removeEventListener('pointerdown', close);
    };
  }, [open]);
  return (
    <>
      <button
        ref={button}
        type="button"
        class="icon-button menu-button"
        aria-expanded={open}
        aria-controls="navigation"
        aria-label={t('nav.menu')}
        onClick={() => setOpen(!open)}
      >
        <Icon name={open ? 'close' : 'menu'} />
      </button>
      <nav id="navigation" aria-label={t('nav.label')} class={open ? 'nav-open' : undefined}>
        {places.map((place) => (
          <a
            key={place.href}
            href={place.href}
            aria-current={isAt(place, at) ? 'page' : undefined}
            onClick={() => setOpen(false)}
          >
            <Icon name={place.name} />
            <span class="nav-word">{t(`nav.${place.name}`)}</span>
            {place.name === 'incidents' && incidents > 0 && (
              <span class="count count-bad">
                {formatInteger(incidents)}
                <span class="hidden-text"> {t('incidents.open')}</span>
              </span>
            )}
          </a>
        ))}
      </nav>
    </>
  );
}

/** Views that share a place, as links below its heading. */
function SubNavigation({ label, links }: { label: string; links: readonly { href: string; text: string }[] }) {
  const at = path.value;
  return (
    <nav class="sub-nav" aria-label={label}>
      {links.map(({ href, text }) => (
        <a key={href} href={href} aria-current={at === href ? 'page' : undefined}>
          {text}
        </a>
      ))}
    </nav>
  );
}

export const ClusterViews = () => (
  <SubNavigation
    label={t('nav.cluster')}
    links={[
      { href: '/cluster', text: t('nav.members') },
      { href: '/ledger', text: t('nav.ledger') },
    ]}
  />
);

export const AlertViews = () => (
  <SubNavigation
    label={t('alerts.views')}
    links={[
      { href: '/alerts', text: t('alerts.policies') },
      { href: '/objectives', text: t('objectives.title') },
      { href: '/on-call', text: t('onCall.title') },
      { href: '/receivers', text: t('onCall.receivers') },
    ]}
  />
);

export const TrafficViews = () => (
  <SubNavigation
    label={t('nav.flows')}
    links={[
      { href: '/flows', text: t('flows.title') },
      { href: '/nat', text: t('nat.title') },
      { href: '/mirrors', text: t('mirrors.title') },
    ]}
  />
);

export const SettingsViews = () => (
  <SubNavigation
    label={t('nav.settings')}
    links={[
      { href: '/settings', text: t('nav.appearance') },
      { href: '/configuration', text: t('nav.configuration') },
      { href: '/account', text: t('people.account') },
      ...(isAdmin()
        ? [
            { href: '/people', text: t('people.title') },
            { href: '/audit', text: t('people.audit') },
          ]
        : []),
      { href: '/about', text: t('nav.about') },
    ]}
  />
);
