/** Text of people and networks within Markdown: it stays text, whoever renders it. */

/** In the middle of a line: nothing of it is markup, and it does not leave the line. */
export function line(text: string): string {
  return text
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g, ' ')
    .replaceAll(/[\\`*_[\]<>#|~&@]/g, String.raw`\$&`)
    .replaceAll('://', String.raw`\://`)
    .trim();
}

/** Markdown that people wrote, each line quoted; what could be HTML is not. */
export function quoted(text: string): string {
  return text
    .replaceAll(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f]/g, '\ufffd')
    .replaceAll('<', '&lt;')
    .split(/\r\n|[\n\r\u2028\u2029]/)
    .map((one) => `> ${one}`.trimEnd())
    .join('\n');
}
