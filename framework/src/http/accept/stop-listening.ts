import { Server as NetServer } from 'node:net'
import type { Server } from 'node:http'
import { setTimeout as pause } from 'node:timers/promises'

/** Milliseconds without a new connection after which the queue is taken to be empty, and after which it is not waited for any longer. */
const quiet = 10
const longest = 250
const step = 2

/**
 * Closes the listening socket, and nothing else, at a moment when nobody waits in its queue: whoever does would get a reset.
 *
 * Real time, not the clock of the application: it is the system's queue that empties.
 */
export async function stopListening(server: Server): Promise<void> {
  let since = 0
  const note = () => (since = 0)
  server.on('connection', note)
  for (let waited = 0; since < quiet && waited < longest; waited += step) {
    since += step
    await pause(step)
  }
  server.off('connection', note)
  // Not the server's own close(): that would cut idle connections, too, under clients that are about to send.
  NetServer.prototype.close.call(server)
}
