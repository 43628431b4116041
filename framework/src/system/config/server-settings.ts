import { isIP } from 'node:net'
import { bytes, choice, duration, flag, integer, list, text } from './leaves.ts'

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
  shutdownGrace: duration({
    default: '20s',
    max: '10m',
    describe: 'How long requests under way may take to finish when the process stops.',
  }),
  drainDelay: duration({
    default: '0',
    max: '5m',
    describe: 'How long to keep serving after readiness turned false, so that load balancers notice.',
  }),
  requestDeadline: duration({
    default: '30s',
    min: '1ms',
    max: '1h',
    describe: 'How long a request may take before it is answered with 504.',
  }),
  bodyLimit: bytes({ default: '1MiB', max: '1GiB', describe: 'The largest request body; endpoints may set their own.' }),
  compression: flag({ default: true, describe: 'Whether answers are compressed here; not needed behind a proxy that does it.' }),
  trustedProxies: list({ default: [], item: networkProblem, describe: 'Addresses or networks whose X-Forwarded-For is believed.' }),
}

function networkProblem(item: string): string | undefined {
  const [address = '', prefix, ...rest] = item.split('/')
  const version = isIP(address)
  const fits = prefix === undefined || (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (version === 4 ? 32 : 128))
  return version !== 0 && fits && rest.length === 0
    ? undefined
    : `"${item}" is not an address such as 10.0.0.1 or a network such as 10.0.0.0/8.`
}
