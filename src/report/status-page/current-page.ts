import { dayBars } from './bars.ts';
import { indicatorOf, type ComponentStatus, type Indicator } from './component-state.ts';
import { html, type Html } from './html.ts';
import { layout, mark, named, updateList, way, type Frame } from './layout.ts';
import { uptimePercent } from './past.ts';
import type { Speech } from './speech.ts';
import type { PublicIncident, PublicMaintenance, StatusComponentView, StatusWorld } from './world.ts';

/** The page that everybody opens: how it is now, the last 90 days, what is going on and what is ahead. */

/** Of incidents that are over, below the open ones. */
const recentIncidents = 10;

export function currentPage(world: StatusWorld, speech: Speech): string {
  const { text } = speech;
  const frame: Frame = { world, speech, path: 'index.html', title: world.title, place: 'current' };
  const open = world.incidents.filter(({ status }) => status !== 'resolved');
  const over = world.incidents.filter(({ status }) => status === 'resolved').slice(0, recentIncidents);
  const ahead = world.maintenance.filter(({ status }) => status !== 'completed');
  const { key, status } = overall(world);
  return layout(
    frame,
    html`<div class="card overall ${status}">
        ${mark(status)}
        <h1>${text.indicator[key]}</h1>
      </div>
      ${world.description !== undefined && html`<p dir="auto">${world.description}</p>`}
      ${
        open.length > 0 &&
        html`<section aria-labelledby="open">
          <h2 id="open">${text.incidents.open}</h2>
          ${open.map((incident) => incidentCard(frame, incident))}
        </section>`
      }
      ${
        ahead.length > 0 &&
        html`<section aria-labelledby="maintenance">
          <h2 id="maintenance">${text.maintenance.heading}</h2>
          ${ahead.map((one) => maintenanceCard(speech, one))}
        </section>`
      }
      <section aria-labelledby="components">
        <h2 id="components">${text.components}</h2>
        ${componentGroups(frame, world.components)}
        <p class="quiet">${text.howCounted}</p>
      </section>
      <section aria-labelledby="recent">
        <h2 id="recent">${text.incidents.recent}</h2>
        ${over.length === 0 ? html`<p>${text.incidents.noneOn}</p>` : over.map((incident) => incidentCard(frame, incident))}
      </section>`,
  );
}

/** The words for the whole, and the state whose colour and shape it has. */
export function overall({ components }: Pick<StatusWorld, 'components'>): {
  key: Indicator | 'maintenance' | 'unknown';
  status: ComponentStatus | 'unknown';
} {
  const indicator = indicatorOf(components.map(({ status }) => status));
  if (components.length > 0 && components.every(({ unknown }) => unknown)) return { key: 'unknown', status: 'unknown' };
  if (indicator === 'critical') return { key: 'critical', status: 'major_outage' };
  if (indicator === 'major') return { key: 'major', status: 'partial_outage' };
  if (indicator === 'minor') return { key: 'minor', status: 'degraded_performance' };
  if (components.some(({ status }) => status === 'under_maintenance'))
    return { key: 'maintenance', status: 'under_maintenance' };
  return { key: 'none', status: 'operational' };
}

/** In their order; those of a group stand where its first one does. */
function componentGroups(frame: Frame, components: readonly StatusComponentView[]): Html[] {
  const groups = Map.groupBy(components, ({ group }) => group);
  return [...groups].map(
    ([group, members]) =>
      html`${group !== undefined && html`<h3>${named(group)}</h3>`}
        <ul class="components">
          ${members.map((component) => componentRow(frame, component))}
        </ul> `,
  );
}

function componentRow({ speech, path }: Frame, component: StatusComponentView): Html {
  const { text } = speech;
  const { id, name, description, status, unknown, days } = component;
  const to = way(speech.folder + path, `${speech.folder}components/${id}.html`);
  return html`<li id="${id}">
    <div class="row">
      <h3>${named(name)}</h3>
      <span class="state ${unknown ? 'unknown' : status}"
        >${mark(unknown ? 'unknown' : status)} ${stateWords(speech, component)}</span
      >
    </div>
    ${description !== undefined && html`<p class="quiet" dir="auto">${description}</p>`} ${dayBars(speech, name, days)}
    <div class="scale quiet">
      <span>${text.daysAgo(days.length - 1)}</span
      ><a href="${to}">${speech.uptime(uptimePercent(days))}<span class="unseen"> · ${text.table.open(name)}</span></a
      ><span>${text.today}</span>
    </div>
  </li> `;
}

export function stateWords({ text }: Speech, { status, unknown }: StatusComponentView): string {
  return unknown ? text.lastKnown(text.component[status]) : text.component[status];
}

export function incidentCard({ speech, path }: Frame, incident: PublicIncident): Html {
  const to = way(speech.folder + path, `${speech.folder}incidents/${incident.id}.html`);
  return html`<article class="card incident">
    <h3><a href="${to}">${named(speech.titleOf(incident))}</a></h3>
    ${updateList(speech, incident.updates)}
  </article> `;
}

export function maintenanceCard(speech: Speech, one: PublicMaintenance): Html {
  const { maintenance } = speech.text;
  const span = maintenance.span(speech.moment(one.from), speech.moment(one.to));
  return html`<article class="card">
    <h3>${named(speech.titleOfMaintenance(one))}</h3>
    <p><strong>${maintenance.state[one.status]}</strong> <span class="quiet">${span}</span></p>
    ${one.name !== undefined && html`<p>${named(speech.names(one.components))}</p>`}
  </article> `;
}
