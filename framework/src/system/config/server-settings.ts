import { isIP } from 'node:net'
import { bytes, choice, duration, flag, integer, list, number, secret, text, url } from './leaves.ts'

/** What every application has, for spreading into its own description. */
export const serverSettings = {
  mode: choice(['development', 'production', 'test'], {
    env: 'NODE_ENV',
    default: 'development',
    describe: 'Which files are read, and how strict the rules are.',
  }),
  port: integer({ default: 3000, min: 0, max: 65_535, describe: 'Where to listen; 0 takes any free port.' }),
  host: text({ default: '127.0.0.1', describe: 'The address to listen on; 0.0.0.0 is reachable from outside.' }),
  dataDir: text({ default: './.data', describe: 'Where embedded engines keep their files.' }),
  logLevel: choice(['debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
    default: 'info',
    describe: 'The least severe lines that are written.',
  }),
  logFile: text({
    optional: true,
    describe:
      'The file that the log is written to in place of stdout, by this process alone. Without it: stdout, and the platform rotates.',
  }),
  logFileSize: bytes({
    default: '100MiB',
    min: '1KiB',
    max: '10GiB',
    describe: 'With logFile: how large it grows before it is put away and compressed; at midnight UTC it is in any case.',
  }),
  logKeep: duration({ default: '14d', max: '3650d', describe: 'With logFile: how long files that were put away are kept.' }),
  logKeepBytes: bytes({ default: '1GiB', max: '1000GiB', describe: 'With logFile: how much of files that were put away is kept.' }),
  logWhenFull: choice(['block', 'drop-debug'], {
    default: 'block',
    describe: 'While nobody reads stdout: whether the process waits, or goes on and leaves debug lines out.',
  }),
  logPii: choice(['keep', 'mask'], {
    optional: true,
    describe:
      'Whether e-mail addresses and phone numbers are shown in the log and in what is recorded. Without it keep, in production mask.',
  }),
  shutdownGrace: duration({
    default: '20s',
    max: '10m',
    describe: 'How long requests under way may take to finish when the process stops.',
  }),
  drainDelay: duration({
    optional: true,
    max: '5m',
    describe:
      'How long to keep serving after readiness turned false, so that load balancers notice. Without it: 5 s inside Kubernetes, else not at all.',
  }),
  idleLinger: duration({
    default: '1s',
    max: '1m',
    describe: 'How long idle connections stay open when the process stops, so that none is cut under a client that is about to send.',
  }),
  requestGrace: duration({
    optional: true,
    max: '10m',
    describe: 'How much of SHUTDOWN_GRACE requests may use up, so that what stops after them has some left. Without it: all of it.',
  }),
  traceHandles: flag({
    default: false,
    describe:
      'Whether a stop that takes too long, or leaves something open, says where in the code each socket, timer and file was made. Slow: for looking for leaks.',
  }),
  reusePort: flag({
    default: false,
    describe: 'Whether a second process may listen on the same port, so that a new one serves before the old one drains. Linux.',
  }),
  requestDeadline: duration({
    default: '30s',
    min: '1ms',
    max: '1h',
    describe: 'How long a request may take before it is answered with 504.',
  }),
  loadShedding: flag({
    default: true,
    describe: 'Whether requests are answered with 503, unimportant ones first, while there is more to do than can be done.',
  }),
  loadTarget: duration({
    default: '200ms',
    min: '5ms',
    max: '10s',
    describe: 'With loadShedding: how long work may wait for its turn, for a whole second, before anybody is refused.',
  }),
  bodyLimit: bytes({ default: '1MiB', max: '1GiB', describe: 'The largest request body; endpoints may set their own.' }),
  compression: flag({ default: true, describe: 'Whether answers are compressed here; not needed behind a proxy that does it.' }),
  replyCheckRate: number({
    optional: true,
    min: 0,
    max: 1,
    describe:
      'The share of answers held against their schema: in production breaches are counted, elsewhere they are errors. Default 1, in production 0.01.',
  }),
  allowedHosts: list({ default: [], describe: 'The hosts that requests may name, without port; any others get 421. Empty: any host.' }),
  maxConnections: integer({ default: 50_000, min: 0, describe: 'Connections at once; what is beyond is refused. 0: any number.' }),
  maxConnectionsPerIp: integer({
    default: 0,
    min: 0,
    describe: 'Connections at once from one address; not for use behind a proxy, which is one address. 0: any number.',
  }),
  tlsCert: list({
    default: [],
    describe: 'PEM files of certificates with their chains; they are read again when they change. Empty: plain HTTP.',
  }),
  tlsKey: list({ default: [], describe: 'PEM files of the keys of tlsCert, in the same order.' }),
  tlsSelfSigned: flag({ default: false, describe: 'Serve certificates in production that no public authority signed.' }),
  tlsClientCa: text({
    optional: true,
    describe: 'PEM file of the authorities whose clients are believed: asks clients for a certificate.',
  }),
  tlsClientCrl: text({ optional: true, describe: 'PEM file of revoked client certificates.' }),
  tlsClientAuth: choice(['optional', 'required'], {
    default: 'required',
    describe: 'With tlsClientCa: whether a client must have a certificate.',
  }),
  httpRedirectPort: integer({
    optional: true,
    min: 0,
    max: 65_535,
    describe: 'With tlsCert: a port that answers plain HTTP with 308 to https, and nothing else.',
  }),
  h2: flag({ default: true, describe: 'With tlsCert: whether clients may choose HTTP/2.' }),
  altSvc: text({
    optional: true,
    pattern:
      /^(?:clear|[\w.%-]+="[^"\s]*:\d{1,5}"(?:; ?(?:ma=\d+|persist=1))*(?:, ?[\w.%-]+="[^"\s]*:\d{1,5}"(?:; ?(?:ma=\d+|persist=1))*)*)$/,
    describe: 'Where else the service can be had, for an edge in front of it that speaks HTTP/3: `h3=":443"; ma=86400`.',
  }),
  traceShare: number({
    optional: true,
    min: 0,
    max: 1,
    describe:
      'The share of ordinary requests that are recorded for the console, beside all that fail or are slow. Without it 1, in production 0.01.',
  }),
  traceStore: bytes({
    default: '64MiB',
    max: '100GiB',
    describe: 'How much of what was recorded is kept on disk, in TELEMETRY_DIR; the oldest goes. 0B: nothing.',
  }),
  otlpUrl: url({
    optional: true,
    schemes: ['http', 'https'],
    describe:
      'The collector that traces, metrics and logs are sent to (OTLP over HTTP, JSON), without /v1/…. Without it OTEL_EXPORTER_OTLP_ENDPOINT, or nobody. OTEL_LOGS_EXPORTER=none leaves out the logs, which cost most.',
  }),
  otlpHeaders: secret({
    optional: true,
    minBytes: 1,
    describe: 'More headers for the collector: name=value,name=value, percent-encoded. Without it OTEL_EXPORTER_OTLP_HEADERS.',
  }),
  telemetryDir: text({
    optional: true,
    describe: 'Where metrics and recorded requests are kept over restarts. Without it DATA_DIR/telemetry, and nowhere in tests.',
  }),
  consoleToken: secret({
    optional: true,
    describe:
      'Opens the console, in production, to whoever has it, and has their requests recorded (X-Debug-Grant). Without it the console is closed in production.',
  }),
  trustedProxies: list({
    default: [],
    item: networkProblem,
    describe: 'Addresses or networks whose X-Forwarded-For, Forwarded and X-Request-Deadline are believed.',
  }),
}

function networkProblem(item: string): string | undefined {
  const [address = '', prefix, ...rest] = item.split('/')
  const version = isIP(address)
  const fits = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
  return version !== 0 && fits && rest.length === 0
    ? undefined
    : `"${item}" is not an address such as 10.0.0.1 or a network such as 10.0.0.0/8.`
}
