import { useEffect, useRef } from 'preact/hooks';
import { offsetOf } from './text-position.ts';

export interface EditorHandle {
  /** Puts the cursor there; both count from 1. */
  goTo: (line: number, column: number) => void;
}

export interface EditorProps {
  label: string;
  handle: { current: EditorHandle | null };
  value: string;
  readOnly: boolean;
  badLines: readonly number[];
  onChange: (value: string) => void;
}

const lineHeightPx = 20;

/** A plain text field with line numbers: Tab leaves it, so that nobody is caught in it. */
export function Editor({ label, handle, value, readOnly, badLines, onChange }: EditorProps) {
  const field = useRef<HTMLTextAreaElement>(null);
  const gutter = useRef<HTMLDivElement>(null);
  const lines = value.split('\n').length;
  const bad = new Set(badLines);
  useEffect(() => {
    handle.current = {
      goTo: (line, column) => {
        const area = field.current;
        if (!area) return;
        const offset = offsetOf(area.value, line, column);
        area.focus();
        area.setSelectionRange(offset, offset + 1);
        area.scrollTop = Math.max(0, (line - 5) * lineHeightPx);
      },
    };
  }, [handle]);
  return (
    <div class="editor">
      <div ref={gutter} class="editor-lines" aria-hidden="true">
        {Array.from({ length: lines }, (_, index) => (
          <div key={index} class={bad.has(index + 1) ? 'bad-line' : undefined}>
            {index + 1}
          </div>
        ))}
      </div>
      <textarea
        ref={field}
        aria-label={label}
        value={value}
        readOnly={readOnly}
        spellcheck={false}
        autocapitalize="off"
        wrap="off"
        onInput={(event) => onChange(event.currentTarget.value)}
        onScroll={(event) => {
          if (gutter.current) gutter.current.scrollTop = event.currentTarget.scrollTop;
        }}
      />
    </div>
  );
}
