import type { Exchange } from '../exchange.ts'

/** Something read its request after the answer: a promise that nobody awaited, or a context that was kept. Thrown in development and tests. */
export class ContextClosed extends Error {
  constructor(c: Exchange, member: string) {
    super(
      `c.${member} of ${c.route} was read after its answer: await what reads it, take what it needs before, or give the work to after(c, …).`,
    )
    this.name = 'ContextClosed'
  }
}

// `id`, `route`, `log` and `signal` stay: what comes too late must still be able to say whose it is, and that it may stop.
const members = ['params', 'query', 'body', 'headers', 'cookies', 'actor', 'url', 'ip'] as const

const closed = Object.fromEntries(
  members.map((member) => [
    member,
    {
      get(this: Exchange): never {
        throw new ContextClosed(this, member)
      },
      // A stage that was waiting while the deadline passed may still put its result here.
      set() {},
    },
  ]),
)

export function closeContext(c: Exchange): void {
  Object.defineProperties(c, closed)
}
