import { useEffect } from 'preact/hooks';
import { counts, openIncidents, startLive } from './api/live.ts';
import { session, signOut } from './api/session.ts';
import { CheckPage } from './pages/check.tsx';
import { ClusterPage } from './pages/cluster.tsx';
import { ConfigurationPage } from './pages/configuration.tsx';
import { IncidentPage } from './pages/incident.tsx';
import { IncidentsPage } from './pages/incidents.tsx';
import { LedgerPage } from './pages/ledger.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { PathPage } from './pages/path.tsx';
import { PerformancePage } from './pages/performance.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { UplinksPage } from './pages/uplinks.tsx';
import { ErrorBoundary } from './parts/error-boundary.tsx';
import { Icon, Logo } from './parts/icon.tsx';
import { LiveIndicator } from './parts/live-indicator.tsx';
import { Page } from './parts/page.tsx';
import { Empty, Waiting } from './parts/problem-view.tsx';
import { shortcutsShown, ShortcutsDialog, startShortcuts } from './parts/shortcuts.tsx';
import { Toasts } from './parts/toasts.tsx';
import { matchPath, path } from './router.ts';
import { formatInteger } from './text/format.ts';
import { t } from './text/text.ts';
import { nextTheme, theme } from './theme.ts';

function View() {
  const at = path.value;
  if (at === '/') return <OverviewPage />;
  if (at === '/incidents') return <IncidentsPage />;
  if (at === '/uplinks') return <UplinksPage />;
  if (at === '/performance') return <PerformancePage />;
  if (at === '/cluster') return <ClusterPage />;
  if (at === '/ledger') return <LedgerPage />;
  if (at === '/configuration') return <ConfigurationPage />;
  const check = matchPath('/checks/:name', at)?.['name'];
  if (check !== undefined) return <CheckPage key={check} name={check} />;
  const ends = matchPath('/performance/:from/:to', at);
  if (ends) return <PathPage key={at} from={ends['from'] ?? ''} to={ends['to'] ?? ''} />;
  const incident = matchPath('/incidents/:id', at)?.['id'];
  if (incident !== undefined) return <IncidentPage key={incident} id={incident} />;
  return (
    <Page title={t('notFound.title')}>
      <Empty title={t('notFound.text')} />
      <a href="/">{t('notFound.home')}</a>
    </Page>
  );
}

export function App({ reason }: { reason: string | undefined }) {
  const { state } = session.value;
  useEffect(startShortcuts, []);
  if (state === 'unknown') return <Waiting />;
  if (state === 'signed-out') return <SignInPage reason={reason} />;
  return <Frame />;
}

const links = [
  { href: '/', name: 'overview' },
  { href: '/incidents', name: 'incidents' },
  { href: '/uplinks', name: 'uplinks' },
  { href: '/performance', name: 'performance' },
  { href: '/cluster', name: 'cluster' },
  { href: '/ledger', name: 'ledger' },
  { href: '/configuration', name: 'configuration' },
] as const;

function Frame() {
  useEffect(startLive, []);
  const down = (counts.value?.down ?? 0) > 0;
  useEffect(() => {
    document.querySelector('link[rel=icon]')?.setAttribute('href', down ? '/icon-down.svg' : '/icon-up.svg');
  }, [down]);
  const at = path.value;
  const current = (href: string) => (href === '/' ? at === '/' || at.startsWith('/checks/') : at.startsWith(href));
  const open = openIncidents.value ?? 0;
  return (
    <>
      <a class="skip" href="#main">
        {t('skip')}
      </a>
      <header class="top">
        <a class="brand" href="/">
          <Logo />
          <span>{t('product')}</span>
        </a>
        <nav aria-label={t('nav.label')}>
          {links.map(({ href, name }) => (
            <a key={href} href={href} aria-current={current(href) ? 'page' : undefined}>
              <Icon name={name} />
              <span class="nav-word">{t(`nav.${name}`)}</span>
              {name === 'incidents' && open > 0 && (
                <span class="count count-bad">
                  {formatInteger(open)}
                  <span class="hidden-text"> {t('incidents.open')}</span>
                </span>
              )}
            </a>
          ))}
        </nav>
        <div class="top-end">
          <LiveIndicator />
          <button
            type="button"
            class="icon-button"
            onClick={nextTheme}
            aria-label={t('theme.label', { theme: t(`theme.${theme.value}`) })}
            title={t('theme.label', { theme: t(`theme.${theme.value}`) })}
          >
            <Icon name={theme.value} />
          </button>
          <button
            type="button"
            class="icon-button wide-only"
            onClick={() => {
              shortcutsShown.value = true;
            }}
            aria-label={t('shortcuts.title')}
            title={t('shortcuts.title')}
          >
            <Icon name="keyboard" />
          </button>
        </div>
      </header>
      <main id="main" tabIndex={-1}>
        <ErrorBoundary key={at}>
          <View />
        </ErrorBoundary>
      </main>
      <footer class="foot quiet">
        <span>{t('signedIn', { name: session.value.name ?? '–', role: session.value.role ?? '–' })}</span>
        <button type="button" class="link-button" onClick={() => void signOut().catch(() => undefined)}>
          {t('signOut')}
        </button>
      </footer>
      <Toasts />
      <ShortcutsDialog />
    </>
  );
}
