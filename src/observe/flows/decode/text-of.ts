const decoder = new TextDecoder();

/** Text up to its first zero, without what could change a terminal or a page that shows it. */
export function textOf(bytes: Uint8Array, at: number, length: number): string {
  const all = bytes.subarray(at, at + length);
  const zero = all.indexOf(0);
  return decoder
    .decode(zero < 0 ? all : all.subarray(0, zero))
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u2028-\u202e\u2066-\u2069]/g, '\ufffd')
    .trim();
}
