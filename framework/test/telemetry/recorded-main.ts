import { application, start } from 'throughline'
import { serverSettings, settings } from 'throughline/config'
import { endpoint } from 'throughline/contract'
import { implement } from 'throughline/http'

const contract = {
  read: endpoint('GET /notes/{id}', { summary: 'Reads', auth: 'none', status: 204 }),
  fail: endpoint('GET /fail', { summary: 'Fails', auth: 'none', status: 204 }),
}

// An application that its test kills.
await start(
  application({
    name: 'recorded',
    version: '1.0.0',
    settings: settings(serverSettings),
    wire: () => ({
      routes: implement(contract, {
        read: () => undefined,
        fail: () => {
          throw new Error('the last thing that happened')
        },
      }),
    }),
  }),
)
