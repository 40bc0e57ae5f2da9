/** Two-sided 95 %. */
const z = 1.96;

/**
 * At least so large is a share of which `found` of `of` were seen, with 95 % certainty: the lower end of Wilson's interval
 * (E. B. Wilson, Journal of the American Statistical Association 22, 1927).
 */
export function leastShare(found: number, of: number): number {
  if (of === 0) return 0;
  const share = found / of;
  const middle = share + (z * z) / (2 * of);
  const spread = z * Math.sqrt((share * (1 - share)) / of + (z * z) / (4 * of * of));
  return Math.max(0, (middle - spread) / (1 + (z * z) / of));
}
