import type { ComponentChildren } from 'preact';
import { readMarkdown, type Block, type Inline } from './markdown.ts';

/** Markdown that somebody wrote. Headings begin below those of the page. */
export function MarkdownView({ text }: { text: string }) {
  return (
    <div class="markdown" dir="auto">
      {readMarkdown(text).map(blockOf)}
    </div>
  );
}

function blockOf(block: Block): ComponentChildren {
  switch (block.kind) {
    case 'heading':
      return block.level < 3 ? <h3>{block.children.map(inlineOf)}</h3> : <h4>{block.children.map(inlineOf)}</h4>;
    case 'paragraph':
      return <p>{block.children.map(inlineOf)}</p>;
    case 'code':
      return (
        <pre tabIndex={0}>
          <code>{block.text}</code>
        </pre>
      );
    case 'quote':
      return <blockquote>{block.blocks.map(blockOf)}</blockquote>;
    case 'list': {
      const items = block.items.map((item) => <li>{item.map(inlineOf)}</li>);
      return block.ordered ? <ol>{items}</ol> : <ul>{items}</ul>;
    }
    default:
      return <hr />;
  }
}

function inlineOf(inline: Inline): ComponentChildren {
  switch (inline.kind) {
    case 'text':
      return inline.text;
    case 'code':
      return <code>{inline.text}</code>;
    case 'strong':
      return <strong>{inline.children.map(inlineOf)}</strong>;
    case 'emphasis':
      return <em>{inline.children.map(inlineOf)}</em>;
    default:
      return (
        <a href={inline.href} target="_blank" rel="noopener noreferrer nofollow">
          {inline.children.map(inlineOf)}
        </a>
      );
  }
}
