import { Component, type ComponentChildren } from 'preact';
import { t } from '../text/text.ts';
import { ProblemView } from './problem-view.tsx';

/** A page that breaks shows its error and a way to try again; the rest of the frame goes on working. */
export class ErrorBoundary extends Component<{ children: ComponentChildren }, { error?: string }> {
  override state: { error?: string } = {};

  static override getDerivedStateFromError(thrown: unknown): { error: string } {
    return { error: thrown instanceof Error ? thrown.message : String(thrown) };
  }

  override componentDidCatch(thrown: unknown): void {
    console.error(thrown);
  }

  override render() {
    const { error } = this.state;
    if (error === undefined) return this.props.children;
    const problem = { type: 'about:blank', title: t('problem.page'), status: 500, code: 'INTERNAL', detail: error };
    return <ProblemView problem={problem} retry={() => this.setState({ error: undefined as never })} />;
  }
}
