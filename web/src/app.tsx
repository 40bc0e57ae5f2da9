import { useEffect } from 'preact/hooks';
import { counts, startLive } from './api/live.ts';
import { session, signOut } from './api/session.ts';
import { AlertsPage } from './alerts/list-page.tsx';
import { PolicyPage } from './alerts/policy-page.tsx';
import { DashboardPage } from './dashboards/dashboard-page.tsx';
import { DashboardsPage } from './dashboards/list-page.tsx';
import { FlowsPage } from './flows/page.tsx';
import { Navigation } from './frame/navigation.tsx';
import { MirrorsPage } from './mirrors/page.tsx';
import { NatPage } from './nat/page.tsx';
import { ObjectivesPage } from './objectives/list-page.tsx';
import { ObjectivePage } from './objectives/objective-page.tsx';
import { OnCallPage } from './on-call/on-call-page.tsx';
import { ReceiversPage } from './on-call/receivers-page.tsx';
import { CheckPage } from './pages/check.tsx';
import { ClusterPage } from './pages/cluster.tsx';
import { ConfigurationPage } from './pages/configuration.tsx';
import { GroupPage, GroupsPage } from './pages/groups.tsx';
import { IncidentPage } from './pages/incident.tsx';
import { IncidentsPage } from './pages/incidents.tsx';
import { LedgerPage } from './pages/ledger.tsx';
import { OverviewPage } from './pages/overview.tsx';
import { AccountPage } from './pages/account.tsx';
import { AuditPage } from './pages/audit.tsx';
import { PeoplePage } from './pages/people.tsx';
import { AboutPage, SettingsPage } from './pages/settings.tsx';
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
import { Palette } from './palette/palette.tsx';
import { paletteShown, startPalette } from './palette/shown.ts';
import { matchPath, path } from './router.ts';
import { roleName } from './text/role-name.ts';
import { t } from './text/text.ts';
import { nextTheme, theme } from './theme.ts';

function View() {
  const at = path.value;
  if (at === '/') return <OverviewPage />;
  if (at === '/incidents') return <IncidentsPage />;
  if (at === '/alerts') return <AlertsPage />;
  if (at === '/objectives') return <ObjectivesPage />;
  const objective = matchPath('/objectives/:name', at)?.['name'];
  if (objective !== undefined) return <ObjectivePage key={objective} name={objective} />;
  if (at === '/on-call') return <OnCallPage />;
  if (at === '/receivers') return <ReceiversPage />;
  const policy = matchPath('/alerts/:name', at)?.['name'];
  if (policy !== undefined) return <PolicyPage key={policy} name={policy} />;
  if (at === '/uplinks') return <UplinksPage />;
  if (at === '/performance') return <PerformancePage />;
  if (at === '/flows') return <FlowsPage />;
  if (at === '/nat') return <NatPage />;
  if (at === '/mirrors') return <MirrorsPage />;
  if (at === '/cluster') return <ClusterPage />;
  if (at === '/ledger') return <LedgerPage />;
  if (at === '/configuration') return <ConfigurationPage />;
  if (at === '/settings') return <SettingsPage />;
  if (at === '/about') return <AboutPage />;
  if (at === '/account') return <AccountPage />;
  if (at === '/people') return <PeoplePage />;
  if (at === '/audit') return <AuditPage />;
  if (at === '/dashboards') return <DashboardsPage />;
  if (at === '/groups') return <GroupsPage />;
  const group = matchPath('/groups/:name', at)?.['name'];
  if (group !== undefined) return <GroupPage key={group} name={group} />;
  const dashboard = matchPath('/dashboards/:name', at)?.['name'];
  if (dashboard !== undefined) return <DashboardPage key={dashboard} name={dashboard} />;
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

function Frame() {
  useEffect(startLive, []);
  useEffect(startPalette, []);
  const down = (counts.value?.down ?? 0) > 0;
  useEffect(() => {
    document.querySelector('link[rel=icon]')?.setAttribute('href', down ? '/icon-down.svg' : '/icon-up.svg');
  }, [down]);
  const at = path.value;
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
        <Navigation />
        <div class="top-end">
          <LiveIndicator />
          <button
            type="button"
            class="palette-button"
            aria-keyshortcuts="Control+K Meta+K"
            title={t('palette.title')}
            onClick={() => {
              paletteShown.value = true;
            }}
          >
            <Icon name="search" />
            <span class="palette-word">{t('palette.open')}</span>
            <kbd aria-hidden="true" class="wide-only">
              Ctrl K
            </kbd>
          </button>
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
        <span>{t('signedIn', { name: session.value.name ?? '–', role: roleName() })}</span>
        <button type="button" class="link-button" onClick={() => void signOut().catch(() => undefined)}>
          {t('signOut')}
        </button>
      </footer>
      <Toasts />
      <ShortcutsDialog />
      {paletteShown.value && <Palette />}
    </>
  );
}
