import { BootError } from '../../std/errors.ts'

export interface TokenSources {
  readonly flag: string | undefined
  readonly env: Readonly<Record<string, string | undefined>>
}

/**
 * The token for a server's console. That of the environment goes to this machine, and to the origin that THROUGHLINE_CONSOLE_URL names:
 * whoever traces some other server does not want to hand it the key of their own.
 */
export function tokenFor({ origin, hostname }: URL, { flag, env }: TokenSources): string | undefined {
  const own = env['THROUGHLINE_CONSOLE_URL'] ?? ''
  const isOurs = isLoopback(hostname) || (own !== '' && URL.parse(own)?.origin === origin)
  const token = flag ?? (isOurs ? env['THROUGHLINE_CONSOLE_TOKEN'] : undefined)
  if (token === undefined || token === '') return undefined
  // Not repeated in the message: a slip of the finger does not make it less of a secret.
  if (!/^[\x21-\x7e]+$/.test(token)) throw new BootError('usage-wrong', 'The token has characters that no header may have.')
  return token
}

export function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(host)
}
