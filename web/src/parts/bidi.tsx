/** A name from outside: any direction of writing, any length; it cannot disturb what stands beside it. */
export function Name({ text, class: className }: { text: string; class?: string }) {
  return (
    <bdi class={`name ${className ?? ''}`} title={text}>
      {text}
    </bdi>
  );
}
