import assert from 'node:assert/strict'
import { execFileSync, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { root } from './source-tree.ts'

const versions = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { devDependencies: Record<string, string> }
const zod = (JSON.parse(readFileSync(join(root, 'orders/package.json'), 'utf8')) as { dependencies: Record<string, string> }).dependencies[
  'zod'
]
/** What users install for the codecs that they import. */
const optional = ['avsc', 'fast-xml-parser', 'msgpackr', 'protobufjs'].map((name) => `${name}@${versions.devDependencies[name]}`)
const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`

let folder: string
let project: string
let published: string[]

before(() => {
  folder = mkdtempSync(join(tmpdir(), 'throughline-published-'))
  const tarball = pack(join(folder, 'clone'))
  published = execFileSync('tar', ['-tzf', tarball], { encoding: 'utf8' }).trim().split('\n')
  project = join(folder, 'project')
  mkdirSync(project)
  writeFileSync(join(project, 'package.json'), JSON.stringify({ name: 'notes', private: true, type: 'module' }))
  npm(
    project,
    'install',
    tarball,
    `zod@${zod}`,
    `typescript@${versions.devDependencies['typescript']}`,
    `@types/node@${versions.devDependencies['@types/node']}`,
    ...optional,
  )
  writeFileSync(join(project, 'app.ts'), readmeExample())
})
after(() => {
  rmSync(folder, { recursive: true, force: true })
})

describe('the published package', () => {
  it('holds what runs and its types, and nothing that a user does not need', () => {
    const unneeded = published.filter(
      (path) =>
        !/^package\/((dist\/)?package\.json|README\.md|LICENSE|bin\/.+\.mjs|dist\/.+\.(js|d\.ts|html|css|svg|sql|woff2)|dist\/console\/app\/licences\.txt)$/.test(
          path,
        ),
    )
    assert.deepEqual(unneeded, [])
    assert.deepEqual(
      published.filter((path) => /\.test\.|test-d|fixtures|source-tree/.test(path)),
      [],
    )
    for (const path of [
      'dist/app.js',
      'dist/app.d.ts',
      'dist/console/reference/index.html',
      'dist/console/app/index.html',
      'bin/throughline.mjs',
      'LICENSE',
    ]) {
      assert.ok(published.includes(`package/${path}`), `${path} is missing`)
    }
  })

  it('opens every subpath, typed', () => {
    const { exports } = JSON.parse(readFileSync(join(project, 'node_modules/throughline/package.json'), 'utf8')) as {
      exports: Record<string, unknown>
    }
    const subpaths = Object.keys(exports).filter((subpath) => subpath !== './package.json')
    const imports = subpaths.map((subpath, index) => `import * as _${index} from '${subpath.replace('.', 'throughline')}'`)
    writeFileSync(
      join(project, 'all.ts'),
      `${imports.join('\n')}\nconsole.log([${subpaths.map((_, index) => `_${index}`).join()}].every((door) => Object.keys(door).length > 0))\n`,
    )
    assert.equal(execFileSync(process.execPath, ['all.ts'], { cwd: project, encoding: 'utf8' }), 'true\n')
  })

  it('compiles the README’s example in a strict project that knows nothing of ours', () => {
    const compilerOptions = {
      strict: true,
      module: 'nodenext',
      target: 'es2024',
      types: ['node'],
      noEmit: true,
      allowImportingTsExtensions: true,
    }
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }))
    assert.equal(compile(), '')
    writeFileSync(join(project, 'wrong.ts'), readmeExample().replaceAll("auth: 'none', ", ''))
    assert.match(compile(), /^wrong\.ts.*\n?.*Property 'auth' is missing/)
    rmSync(join(project, 'wrong.ts'))
  })

  it('runs the README’s example on Node.js 24', async () => {
    await walk(process.execPath)
  })

  it('runs the README’s example on Node.js 26', async (t) => {
    const node = newerNode('26')
    if (node === undefined) return t.skip(`the registry has no Node.js 26 for ${platform}`)
    assert.match(execFileSync(node, ['--version'], { encoding: 'utf8' }), /^v26\./)
    await walk(node)
  })

  it('brings the command line', () => {
    const help = execFileSync(process.execPath, ['node_modules/.bin/throughline', '--help'], { cwd: project, encoding: 'utf8' })
    assert.match(help, /^throughline COMMAND/)
  })
})

/** Packs a copy of the working tree, so that a build here does not pull the pages from under an application that is running. */
function pack(clone: string): string {
  mkdirSync(clone)
  for (const path of ['framework', 'console', 'scripts', 'docs', 'package.json', 'tsconfig.json', 'README.md', 'LICENSE']) {
    cpSync(join(root, path), join(clone, path), { recursive: true, filter: (source) => !/\/(node_modules|dist)$/.test(source) })
  }
  symlinkSync(join(root, 'node_modules'), join(clone, 'node_modules'))
  npm(join(clone, 'framework'), 'pack', '--pack-destination', folder)
  return join(
    folder,
    readdirSync(folder).find((name) => name.endsWith('.tgz'))!,
  )
}

function npm(cwd: string, ...args: string[]): void {
  const env = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_|^NODE_ENV$|^INIT_CWD$/i.test(name)))
  // npm waits five minutes for a registry that has forgotten a connection, and then asks again: better soon.
  const patience = ['--fetch-timeout=20000', '--fetch-retries=4', '--fetch-retry-mintimeout=1000', '--fetch-retry-maxtimeout=5000']
  execFileSync('npm', [...args, '--loglevel=error', '--no-audit', '--no-fund', '--prefer-offline', ...patience], {
    cwd,
    env,
    stdio: 'pipe',
  })
}

function compile(): string {
  return spawnSync(process.execPath, ['node_modules/typescript/bin/tsc'], { cwd: project, encoding: 'utf8' }).stdout
}

function readmeExample(): string {
  const example = /^## An application in 30 lines$.*?^```ts\n(.*?)^```$/ms.exec(readFileSync(join(root, 'README.md'), 'utf8'))?.[1]
  assert.ok(example, 'README.md has no example')
  return example
}

function newerNode(major: string): string | undefined {
  const home = join(folder, `node-${major}`)
  mkdirSync(home)
  try {
    npm(home, 'install', '--prefix', '.', `node-${platform}@${major}`)
  } catch {
    return undefined
  }
  return join(home, 'node_modules', `node-${platform}`, 'bin', 'node')
}

/** Starts the example, and does with it what its contract promises. */
async function walk(node: string): Promise<void> {
  const app = spawn(node, ['app.ts'], {
    cwd: project,
    env: { ...process.env, PORT: '0', NODE_ENV: 'development' },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  try {
    const url = await ready(app)
    const created = await fetch(`${url}/notes`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"text":"remember"}',
    })
    assert.equal(created.status, 201)
    assert.equal(created.headers.get('location'), '/notes/1')
    assert.deepEqual(await (await fetch(`${url}/notes/1`)).json(), { id: 1, text: 'remember' })
    const absent = await fetch(`${url}/notes/7`)
    assert.equal(absent.status, 404)
    assert.equal(((await absent.json()) as { code: string }).code, 'no-such-note')
    const document = (await (await fetch(`${url}/openapi.json`)).json()) as { paths: object }
    assert.ok('/notes/{id}' in document.paths)
    assert.match(await (await fetch(`${url}/docs`)).text(), /<html/)
  } finally {
    app.kill('SIGTERM')
  }
  assert.deepEqual(await once(app, 'close'), [0, null])
}

async function ready(app: ChildProcess): Promise<string> {
  let output = ''
  app.stderr!.on('data', (chunk) => (output += String(chunk)))
  for await (const chunk of app.stdout!) {
    output += String(chunk)
    const url = /^ready (\S+)$/m.exec(output)?.[1]
    if (url !== undefined) {
      // An iterator that is left destroys the stream; whoever drains next would lose the end of the log.
      app.stdout!.resume()
      return url
    }
  }
  throw new Error(`The application ended before it was ready:\n${output}`)
}
