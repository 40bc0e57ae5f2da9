import { useLayoutEffect, useState } from 'preact/hooks';

/** Visible part of a long list, measured when the window scrolls or changes, at most once a frame. In CSS pixels. */
export function useVisible(list: { readonly current: HTMLElement | null }): { top: number; height: number } {
  const [visible, setVisible] = useState({ top: 0, height: 900 });
  useLayoutEffect(() => {
    let frame = 0;
    const measure = () => {
      frame = 0;
      const top = -(list.current?.getBoundingClientRect().top ?? 0);
      setVisible((before) =>
        before.top === top && before.height === innerHeight ? before : { top, height: innerHeight },
      );
    };
    const soon = () => {
      frame ||= requestAnimationFrame(measure);
    };
    measure();
    addEventListener('scroll', soon, { passive: true });
    addEventListener('resize', soon);
    // What stands above may grow without anybody scrolling.
    const sized = new ResizeObserver(soon);
    sized.observe(document.body);
    return () => {
      cancelAnimationFrame(frame);
      sized.disconnect();
      removeEventListener('scroll', soon);
      removeEventListener('resize', soon);
    };
  }, [list]);
  return visible;
}
