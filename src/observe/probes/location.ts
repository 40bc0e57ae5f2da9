/** Where an HTTP request goes. */
export interface Location {
  secure: boolean;
  /** For Host, SNI and certificate. */
  name: string;
  address: string;
  port: number;
  /** Path and query. */
  path: string;
}

/** The Host header (RFC 9110 section 7.2): IPv6 in brackets and without zone, the port only if it is not the usual one. */
export function hostHeader({ secure, name, port }: Location): string {
  const bare = name.replace(/%.*$/, '');
  const host = bare.includes(':') ? `[${bare}]` : bare;
  return port === (secure ? 443 : 80) ? host : `${host}:${port}`;
}

export function urlOf(location: Location): string {
  return `http${location.secure ? 's' : ''}://${hostHeader(location)}${location.path}`;
}
