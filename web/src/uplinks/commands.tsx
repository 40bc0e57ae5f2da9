import { t } from '../text/text.ts';

/** Commands as one would type them, folded away until somebody wants to see them. */
export function Commands({
  summary,
  commands,
  open = false,
}: {
  summary: 'uplinks.switch.commands' | 'uplinks.timeline.commands';
  commands: readonly string[];
  open?: boolean;
}) {
  if (commands.length === 0) return null;
  return (
    <details class="commands" open={open}>
      <summary>{t(summary, { count: commands.length })}</summary>
      <pre tabIndex={0}>{commands.join('\n')}</pre>
    </details>
  );
}
