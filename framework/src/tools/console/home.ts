import type { Context } from '../../http/stage.ts'

const ownNames = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\])$/
const loopback = /^(?:127\.|::1$|::ffff:127\.)/

/**
 * Whether somebody at this machine asks. The name counts as well as the address: a page of another name that points to this machine is not at
 * home here (DNS rebinding).
 */
export function isOfThisMachine(c: Pick<Context, 'ip' | 'url'>): boolean {
  return loopback.test(c.ip) && ownNames.test(c.url.hostname)
}
