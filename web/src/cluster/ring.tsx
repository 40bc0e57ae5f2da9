import type { ApiCluster, ApiClusterMember } from '../../../src/model/index.ts';
import { t } from '../text/text.ts';
import { healthOf } from './health.ts';

const width = 360;
const height = 270;
const centre = { x: width / 2, y: height / 2 };
const reach = { x: 118, y: 88 };
const radius = 21;

interface Placed {
  member: ApiClusterMember;
  x: number;
  y: number;
}

/** The members around what they agree on, the first at the top; lines are the links that this watcher sees. */
export function Ring({ cluster }: { cluster: ApiCluster }) {
  const placed = cluster.members.map((member, at): Placed => {
    const angle = (2 * Math.PI * at) / cluster.members.length - Math.PI / 2;
    return { member, x: centre.x + reach.x * Math.cos(angle), y: centre.y + reach.y * Math.sin(angle) };
  });
  const self = placed.find(({ member }) => member.link === 'self');
  const words = cluster.members.map((member) => `${member.id}: ${t(`state.${healthOf(member)}`)}`).join(', ');
  return (
    <svg class="ring" viewBox={`0 0 ${width} ${height}`} role="img" aria-label={words}>
      {self &&
        placed
          .filter((one) => one !== self)
          .map(({ member, x, y }) => (
            <line class={`ring-link ring-link-${member.link}`} x1={self.x} y1={self.y} x2={x} y2={y} />
          ))}
      {placed.map((one) => (
        <Node placed={one} isPrimary={one.member.id === cluster.primary} />
      ))}
    </svg>
  );
}

function Node({ placed: { member, x, y }, isPrimary }: { placed: Placed; isPrimary: boolean }) {
  const label = member.id.length > 16 ? `${member.id.slice(0, 15)}…` : member.id;
  const below = y >= centre.y - 1;
  return (
    <g class={`ring-node ring-node-${healthOf(member)} ring-${member.role}`}>
      <circle cx={x} cy={y} r={radius} />
      {isPrimary && <path class="ring-crown" d={`M${x - 9} ${y + 6} l-2 -12 6 5 5 -8 5 8 6 -5 -2 12z`} />}
      {!isPrimary && (
        <text class="ring-number" x={x} y={y + 5}>
          {member.number}
        </text>
      )}
      <text class="ring-name" x={x} y={below ? y + radius + 16 : y - radius - 8}>
        {label}
      </text>
    </g>
  );
}
