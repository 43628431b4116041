// The same answer through the framework, as `start()` runs it; only the access log is off, as it is in the raw server.
import { application, start } from 'throughline'
import { serverSettings, settings } from 'throughline/config'
import { endpoint } from 'throughline/contract'
import { implement } from 'throughline/http'
import * as z from 'zod'

const contract = {
  readUser: endpoint('GET /users/{userId}', {
    summary: 'Read a user',
    auth: 'none',
    returns: z.object({ id: z.string(), name: z.string(), email: z.string() }),
  }),
}

await start(
  application({
    name: 'bench',
    version: '0.0.0',
    settings: settings({ ...serverSettings }),
    wire: () => ({ routes: implement(contract, { readUser: ({ params }) => ({ id: params.userId, name: 'alice', email: 'a@x.com' }) }) }),
  }),
)
