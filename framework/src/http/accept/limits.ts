/** What a connection may cost before there is a request to speak of. */
export interface ConnectionLimits {
  /** Bytes of a request's header section. */
  readonly headerBytes: number
  /** Milliseconds from the first byte, or from the connection, to the end of the header section. */
  readonly headersTimeout: number
  /** Milliseconds a connection may idle. Longer than the usual 60 s of a load balancer, so that it is never we who close under it. */
  readonly keepAliveTimeout: number
  /** Milliseconds between two looks at who is too slow. */
  readonly checkInterval: number
  /** Bytes a second below which a body is given up… */
  readonly bodyRate: number
  /** …measured over this many milliseconds. Who begins fast and then drips is cut after at most two of these and two looks. */
  readonly bodyWindow: number
  /** Connections at once; 0 is any number. */
  readonly connections: number
  /** Connections at once from one address; 0 is any number. */
  readonly connectionsPerIp: number
  /** Requests until a connection is closed, so that balancers can spread it anew; 0 is any number. */
  readonly requestsPerConnection: number
  /** HTTP/2 streams at once on one connection. */
  readonly streams: number
  /** HTTP/2 streams that one connection may reset at once, and a second thereafter (CVE-2023-44487). */
  readonly resets: { readonly burst: number; readonly rate: number }
}

export const defaultLimits: ConnectionLimits = {
  headerBytes: 16 * 1024,
  headersTimeout: 10_000,
  keepAliveTimeout: 72_000,
  checkInterval: 2_000,
  bodyRate: 100,
  bodyWindow: 12_000,
  connections: 50_000,
  connectionsPerIp: 0,
  requestsPerConnection: 0,
  streams: 100,
  resets: { burst: 200, rate: 20 },
}
