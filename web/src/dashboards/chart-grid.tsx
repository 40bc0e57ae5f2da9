import type { ComponentChildren } from 'preact';
import type { Chart } from '../../../src/model/index.ts';
import { ChartCard } from '../charts/chart-card.tsx';
import type { Choices, Window } from '../charts/question.ts';
import { resetZoom, zoomTo } from '../charts/time-controls.tsx';
import { watcherNow } from './use-window.ts';

/** Charts in twelve columns; narrow screens have one. */
export function ChartGrid({
  charts,
  choices,
  window,
  tools,
}: {
  charts: readonly Chart[];
  choices: Choices;
  window: Window;
  tools?: (chart: Chart, index: number) => ComponentChildren;
}) {
  return (
    <div class="chart-grid">
      {charts.map((chart, index) => (
        <div key={index} class={`chart-cell chart-width-${chart.width}`}>
          <ChartCard
            chart={chart}
            choices={choices}
            window={window}
            onZoom={(fromMs, toMs) => zoomTo({ fromMs, toMs }, watcherNow())}
            onReset={resetZoom}
            tools={tools?.(chart, index)}
          />
        </div>
      ))}
    </div>
  );
}
