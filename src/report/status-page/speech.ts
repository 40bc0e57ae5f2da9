import type { EpochMs, Milliseconds, Language } from '../../model/index.ts';
import { statusTexts } from './text/languages.ts';
import type { StatusText } from './text/text.ts';
import type { PublicIncident, PublicMaintenance, PublicUpdate, StatusWorld } from './world.ts';

/** How one language says things about one world: words, names, times and numbers. */

const namedComponents = 3;
const units = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
  { unit: 'second', ms: 1000 },
] as const;

export class Speech {
  readonly language: Language;
  readonly text: StatusText;
  readonly #world: StatusWorld;
  readonly #names: ReadonlyMap<string, string>;
  readonly #moment;
  readonly #day;
  readonly #month;
  readonly #clock;
  readonly #percent;
  readonly #units;
  readonly #days = new Map<EpochMs, string>();
  readonly #percents = new Map<number, string>();

  constructor(language: Language, world: StatusWorld) {
    this.language = language;
    this.text = statusTexts[language];
    this.#world = world;
    this.#names = new Map(world.components.map(({ id, name }) => [id, name]));
    const { locale } = this.text;
    const { timeZone } = world;
    this.#moment = new Intl.DateTimeFormat(locale, {
      timeZone,
      dateStyle: 'medium',
      timeStyle: 'short',
      hourCycle: 'h23',
    });
    this.#day = new Intl.DateTimeFormat(locale, { timeZone, dateStyle: 'long' });
    this.#month = new Intl.DateTimeFormat(locale, { timeZone: 'UTC', year: 'numeric', month: 'long' });
    this.#clock = new Intl.DateTimeFormat(locale, { timeZone, timeStyle: 'short', hourCycle: 'h23' });
    this.#percent = new Intl.NumberFormat(locale, {
      style: 'percent',
      minimumFractionDigits: 0,
      maximumFractionDigits: 3,
      // 99.9996 % is not 100 %: what was down is never rounded away.
      roundingMode: 'floor',
    });
    this.#units = units.map(({ unit, ms }) => ({
      ms,
      format: new Intl.NumberFormat(locale, { style: 'unit', unit, unitDisplay: 'short' }),
    }));
  }

  /** A day and a time of day. */
  moment(at: EpochMs): string {
    return this.#moment.format(at);
  }

  /** A page names the same ninety days for each component. */
  day(at: EpochMs): string {
    const known = this.#days.get(at) ?? this.#day.format(at);
    this.#days.set(at, known);
    return known;
  }

  clock(at: EpochMs): string {
    return this.#clock.format(at);
  }

  /** `2026-03` */
  month(month: string): string {
    return this.#month.format(Date.parse(`${month}-01`));
  }

  /** The two largest units. */
  duration(durationMs: Milliseconds): string {
    const first = Math.max(
      0,
      this.#units.findIndex(({ ms }) => durationMs >= ms),
    );
    const start = durationMs < 1000 ? this.#units.length - 1 : first;
    let restMs = durationMs;
    const parts: string[] = [];
    for (const { ms, format } of this.#units.slice(start, start + 2)) {
      const count = Math.floor(restMs / ms);
      restMs -= count * ms;
      if (count > 0 || parts.length === 0) parts.push(format.format(count));
    }
    return parts.join(' ');
  }

  /** `99.98 %`, or that it is not known. */
  uptime(percent: number | undefined): string {
    return percent === undefined ? this.text.noUptime : this.text.uptime(this.percent(percent));
  }

  percent(percent: number | undefined): string {
    if (percent === undefined) return this.text.component.unknown;
    const known = this.#percents.get(percent) ?? this.#percent.format(percent / 100);
    this.#percents.set(percent, known);
    return known;
  }

  names(ids: readonly string[]): string {
    const names = ids.map((id) => this.#names.get(id) ?? id);
    const shown = names.slice(0, namedComponents).join(', ');
    return names.length > namedComponents ? this.text.more(shown, names.length - namedComponents) : shown;
  }

  titleOf({ components, impact }: PublicIncident): string {
    return this.text.incident[impact](this.names(components));
  }

  /** Those of its maintenance that are named say so. */
  titleOfMaintenance({ name, components }: PublicMaintenance): string {
    return this.text.maintenance.named(name ?? this.names(components));
  }

  words({ status, text }: PublicUpdate): string {
    return text ?? this.text.says[status];
  }

  /** The language's folder, with a slash at its end, or nothing for the first. */
  get folder(): string {
    return folderOf(this.#world, this.language);
  }
}

export function folderOf({ languages }: Pick<StatusWorld, 'languages'>, language: Language): string {
  return language === languages[0] ? '' : `${language}/`;
}
