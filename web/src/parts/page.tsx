import type { ComponentChildren } from 'preact';
import { useEffect, useRef } from 'preact/hooks';
import { openIncidents } from '../api/live.ts';
import { t } from '../text/text.ts';

let firstPage = true;

/** A view with its heading. The heading takes the focus when the view changes, so that readers hear where they are. */
export function Page({
  title,
  heading,
  aside,
  children,
}: {
  title: string;
  heading?: ComponentChildren;
  aside?: ComponentChildren;
  children: ComponentChildren;
}) {
  const head = useRef<HTMLHeadingElement>(null);
  const open = openIncidents.value ?? 0;
  useEffect(() => {
    document.title = open > 0 ? t('titleWithIncidents', { count: open, title }) : t('title', { title });
  }, [title, open]);
  useEffect(() => {
    if (!firstPage) head.current?.focus({ preventScroll: true });
    firstPage = false;
  }, []);
  return (
    <>
      <div class="page-head">
        <h1 ref={head} tabIndex={-1}>
          {heading ?? title}
        </h1>
        {aside}
      </div>
      {children}
    </>
  );
}

/** A titled part of a view. */
export function Section({
  id,
  title,
  aside,
  children,
}: {
  id: string;
  title: string;
  aside?: ComponentChildren;
  children: ComponentChildren;
}) {
  return (
    <section class="panel" aria-labelledby={id}>
      <div class="panel-head">
        <h2 id={id}>{title}</h2>
        {aside}
      </div>
      {children}
    </section>
  );
}
