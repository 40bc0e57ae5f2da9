import type { ApiCluster, ApiClusterMember } from '../../../src/model/index.ts';
import { StateMark } from '../parts/state.tsx';
import { formatDuration, formatInteger, formatLatency } from '../text/format.ts';
import { t } from '../text/text.ts';
import { healthOf } from './health.ts';

/** The same as the picture, in words and figures. */
export function MemberTable({ cluster }: { cluster: ApiCluster }) {
  return (
    <div class="table-scroll" role="region" aria-labelledby="members-title" tabIndex={0}>
      <table class="table">
        <thead>
          <tr>
            <th scope="col">{t('cluster.watcher')}</th>
            <th scope="col">{t('cluster.role')}</th>
            <th scope="col">{t('cluster.link')}</th>
            <th scope="col" class="number">
              {t('cluster.roundTrip')}
            </th>
            <th scope="col" class="number">
              {t('cluster.heard')}
            </th>
            <th scope="col" class="number">
              {t('cluster.sequence')}
            </th>
            <th scope="col">{t('cluster.site')}</th>
          </tr>
        </thead>
        <tbody>
          {cluster.members.map((member) => (
            <Row key={member.id} member={member} isPrimary={member.id === cluster.primary} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

/** Less than a second is now. */
function heardText(ms: number): string {
  return ms < 1000 ? t('cluster.now') : t('ago', { duration: formatDuration(ms) });
}

function Row({ member, isPrimary }: { member: ApiClusterMember; isPrimary: boolean }) {
  const health = healthOf(member);
  const words = member.silent ? 'silent' : member.link;
  return (
    <tr>
      <th scope="row">
        <bdi>{member.id}</bdi>
        {isPrimary && <span class="badge">{t('cluster.primary')}</span>}
      </th>
      <td>{t(`cluster.roles.${member.role}`)}</td>
      <td>
        <span class={`state state-${health}`}>
          <StateMark state={health} />
          <span>{t(`cluster.links.${words}`)}</span>
        </span>
        {member.problem !== undefined && <div class="quiet">{member.problem}</div>}
      </td>
      <td class="number">{member.roundTripMs === undefined ? '–' : formatLatency(member.roundTripMs)}</td>
      <td class="number">{member.heardMs === undefined ? '–' : heardText(member.heardMs)}</td>
      <td class="number">{member.sequence === undefined ? '–' : formatInteger(member.sequence)}</td>
      <td>
        <bdi>{member.site}</bdi>
      </td>
    </tr>
  );
}
