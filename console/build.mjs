// Builds the pages into the framework, which serves them from its own dist. The reference runs in browsers as it is; the console is bundled.
// `prepare.mjs` runs this on a fresh clone, on whatever Node.js there is: plain JavaScript.
import { createHash } from 'node:crypto'
import { cp, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'
import { chaptersPlugin } from './chapters.mjs'

const here = fileURLToPath(new URL('.', import.meta.url))
const source = join(here, 'src', 'app')
const target = join(here, '..', 'framework', 'dist', 'console')

await rm(target, { recursive: true, force: true })
await mkdir(join(target, 'app'), { recursive: true })
await cp(join(here, 'src', 'reference'), join(target, 'reference'), { recursive: true })
await buildApp(join(target, 'app'))

async function buildApp(outdir) {
  const { metafile } = await build({
    entryPoints: [join(source, 'main.tsx')],
    outdir,
    absWorkingDir: here,
    bundle: true,
    splitting: true,
    format: 'esm',
    target: ['es2022', 'chrome123', 'firefox120', 'safari17.5'],
    minify: true,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    loader: { '.woff2': 'file' },
    entryNames: '[name]-[hash]',
    chunkNames: '[name]-[hash]',
    assetNames: '[name]-[hash]',
    publicPath: '/console/assets',
    legalComments: 'none',
    metafile: true,
    plugins: [chaptersPlugin(join(here, '..', 'docs'))],
  })
  const [script, { cssBundle }] = Object.entries(metafile.outputs).find(([, { entryPoint }]) => entryPoint?.endsWith('main.tsx'))
  const theme = await hashed('theme.js', outdir)
  const icon = await hashed('icon.svg', outdir)
  const page = await readFile(join(source, 'index.html'), 'utf8')
  const names = { script: base(script), style: base(cssBundle), theme, icon }
  await writeFile(
    join(outdir, 'index.html'),
    page.replaceAll(/\{(\w+)\}/g, (all, name) => names[name] ?? all),
  )
  await writeFile(join(outdir, 'licences.txt'), await licences(metafile))
}

/** Copies a file under a name that changes with its content. */
async function hashed(file, outdir) {
  const content = await readFile(join(source, file))
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8)
  const name = file.replace('.', `-${hash}.`)
  await writeFile(join(outdir, name), content)
  return name
}

function base(path) {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Whose code is in the bundle, with the terms that ask to travel along. */
async function licences({ inputs }) {
  const folders = new Set(Object.keys(inputs).flatMap((path) => /^.*node_modules\/(?:@[^/]+\/)?[^/]+/.exec(path)?.[0] ?? []))
  const texts = [...folders]
    .toSorted()
    .map(async (folder) => `${folder.split('node_modules/').at(-1)}\n\n${await readFile(join(here, folder, 'LICENSE'), 'utf8')}`)
  return (await Promise.all(texts)).join(`\n${'-'.repeat(80)}\n\n`)
}
