import { apartFrom, dayBars } from './bars.ts';
import { incidentCard, maintenanceCard, stateWords } from './current-page.ts';
import { html, type Fragment, type Html } from './html.ts';
import { layout, mark, moment, named, updateList, way, type Frame } from './layout.ts';
import { uptimePercent, worstOf } from './past.ts';
import type { Speech } from './speech.ts';
import type { PublicIncident, StatusComponentView, StatusWorld } from './world.ts';

/** One component day by day: what the bars show, as a table. */
export function componentPage(world: StatusWorld, speech: Speech, component: StatusComponentView): string {
  const { text } = speech;
  const { id, name, description, status, unknown, days } = component;
  const frame: Frame = { world, speech, path: `components/${id}.html`, title: name, place: undefined };
  const shown = unknown ? 'unknown' : status;
  return layout(
    frame,
    html`<h1>${named(name)}</h1>
      <p class="state ${shown}">${mark(shown)} ${stateWords(speech, component)}</p>
      ${description !== undefined && html`<p dir="auto">${description}</p>`} ${dayBars(speech, name, days)}
      <p>${text.days(days.length)}: ${speech.uptime(uptimePercent(days))}</p>
      <div class="scroll">
        <table>
          <caption>
            ${text.table.caption}
          </caption>
          <thead>
            <tr>
              <th scope="col">${text.table.day}</th>
              <th scope="col" class="number">${text.table.uptime}</th>
              <th scope="col">${text.table.worst}</th>
            </tr>
          </thead>
          <tbody>
            ${days.toReversed().map(
              (day) =>
                html`<tr>
                  <th scope="row">${speech.day(day.from)}</th>
                  <td class="number">${speech.percent(uptimePercent([day]))}</td>
                  <td class="${worstOf(day)}">
                    ${mark(worstOf(day))} ${apartFrom(speech, day).join('; ') || text.component[worstOf(day)]}
                  </td>
                </tr> `,
            )}
          </tbody>
        </table>
      </div>
      <p class="quiet">${text.howCounted}</p>`,
  );
}

/** One month: the incidents that began in it, and its maintenance. `months` are all of them, newest first. */
export function historyPage(
  world: StatusWorld,
  speech: Speech,
  month: string,
  months: readonly string[],
  monthOf: (at: number) => string,
): string {
  const { text } = speech;
  const newest = month === months[0];
  const frame: Frame = {
    world,
    speech,
    path: newest ? 'history/index.html' : `history/${month}.html`,
    title: text.history.of(speech.month(month)),
    place: 'history',
  };
  const incidents = world.incidents.filter(({ openedAt }) => monthOf(openedAt) === month);
  const maintenance = world.maintenance.filter(({ from }) => monthOf(from) === month);
  const at = months.indexOf(month);
  const link = (other: string | undefined, name: string): Html => {
    if (other === undefined) return html`<span></span>`;
    const to = other === months[0] ? 'index.html' : `${other}.html`;
    return html`<a href="${to}">${name}: ${speech.month(other)}</a>`;
  };
  return layout(
    frame,
    html`<h1>${text.history.of(speech.month(month))}</h1>
      ${incidents.length === 0 ? html`<p>${text.incidents.noneInMonth}</p>` : incidents.map((one) => incidentCard(frame, one))}
      ${
        maintenance.length > 0 &&
        html`<h2>${text.maintenance.heading}</h2>
          ${maintenance.map((one) => maintenanceCard(speech, one))}`
      }
      <div class="months">${link(months[at + 1], text.history.older)}${link(months[at - 1], text.history.newer)}</div>`,
  );
}

export function incidentPage(world: StatusWorld, speech: Speech, incident: PublicIncident): string {
  const { text } = speech;
  const { id, openedAt, resolvedAt, impact, components, reason, updates } = incident;
  const title = speech.titleOf(incident);
  const frame: Frame = { world, speech, path: `incidents/${id}.html`, title, place: undefined };
  const words = text.incidents;
  return layout(
    frame,
    html`<h1>${named(title)}</h1>
      <dl>
        <dt>${words.affected}</dt>
        <dd>${components.map((one, at) => html`${at > 0 && ', '}${named(speech.names([one]))}`)}</dd>
        <dt>${words.impact}</dt>
        <dd>${text.impact[impact]}</dd>
        <dt>${words.began}</dt>
        <dd>${moment(speech, openedAt)}</dd>
        <dt>${words.ended}</dt>
        <dd>${resolvedAt === undefined ? words.notOver : moment(speech, resolvedAt)}</dd>
        ${
          resolvedAt !== undefined &&
          html`<dt>${words.lasted}</dt>
            <dd>${speech.duration(resolvedAt - openedAt)}</dd>`
        }
        ${
          reason !== undefined &&
          html`<dt>${words.reason}</dt>
            <dd dir="auto">${reason}</dd>`
        }
      </dl>
      <h2>${words.timeline}</h2>
      ${updateList(speech, updates)} ${proof(world, speech, frame, incident)}`,
  );
}

/** How anybody can convince himself that it was so. */
function proof(
  world: StatusWorld,
  speech: Speech,
  { path }: Frame,
  { id, position, resolvedAt }: PublicIncident,
): Fragment {
  const { certificate } = speech.text;
  if (position === undefined) return undefined;
  const network = world.network !== undefined && html`<p><code>${certificate.network(world.network)}</code></p>`;
  const heading = html`<h2>${certificate.heading}</h2>`;
  if (!world.certificates)
    return html`${heading}
      <p>${certificate.onRequest(id, position)}</p>
      ${network}`;
  // A certificate shows an incident as it was when it was made; before the end there would be another each minute.
  if (resolvedAt === undefined) return undefined;
  const to = (file: string) => way(speech.folder + path, file);
  const file = `certificates/${id}.outage.json`;
  return html`${heading}
    <p>${certificate.what(world.alone)}</p>
    <p>
      <a href="${to(file)}" download>${certificate.get}</a> ·
      <a href="${to('genesis.json')}" download>${certificate.genesis}</a>
    </p>
    <p>${certificate.how}</p>
    ${network}
    <p>${certificate.program}</p>
    <p><code>quorumwatch certificate verify ${id}.outage.json --genesis genesis.json</code></p>
    <p><a href="${to('verify.html')}">${certificate.page}</a></p>`;
}

/** What can be subscribed to. A page on a disk has no forms: `live` says whether somebody takes them. */
export function subscribePage(world: StatusWorld, speech: Speech, live: boolean): string {
  const words = speech.text.subscribe;
  const frame: Frame = { world, speech, path: 'subscribe.html', title: words.heading, place: 'subscribe' };
  const { mail, webhooks } = world.subscribe;
  const to = way(speech.folder + frame.path, 'subscription');
  const form = (heading: string, name: string, type: string, label: string, button: string) =>
    html`<h2>${heading}</h2>
      <form method="post" action="${to}">
        <input type="hidden" name="language" value="${speech.language}" />
        <label>${label}<input type="${type}" name="${name}" required maxlength="500" autocomplete="${type}" /></label>
        <button>${button}</button>
      </form> `;
  return layout(
    frame,
    html`<h1>${words.heading}</h1>
      <p>${words.feeds} <a href="history.atom">${words.atom}</a> · <a href="history.rss">${words.rss}</a></p>
      ${live && mail && form(words.mail, 'mail', 'email', words.mailLabel, words.mailButton)}
      ${live && webhooks && form(words.webhook, 'webhook', 'url', words.webhookLabel, words.webhookButton)}
      ${live && (mail || webhooks) && html`<p class="quiet">${words.kept}</p>`}
      ${!live && (mail || webhooks) && html`<p><a href="${world.url}/${speech.folder}subscribe.html">${words.elsewhere}</a></p>`}`,
  );
}

/** What is answered to a form or to a link in a mail: a sentence, or a question with one button. */
export function answerPage(
  world: StatusWorld,
  speech: Speech,
  { says, ask }: { says: string; ask?: { button: string; action: string } | undefined },
): string {
  const { heading } = speech.text.subscribe;
  return layout(
    // Answers come from one address, whatever their language is.
    { world, speech, path: 'subscribe.html', at: 'subscription', title: heading, place: 'subscribe', alone: true },
    html`<h1>${heading}</h1>
      <p role="status">${says}</p>
      ${ask && html`<form method="post" action="${ask.action}"><button>${ask.button}</button></form>`}`,
  );
}
