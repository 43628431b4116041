// Copies the pages into the framework, which serves them from its own dist. There is nothing to compile: browsers run these modules as they are.
import { cp, mkdir, rm } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'

const source = fileURLToPath(new URL('src/reference/', import.meta.url))
const target = fileURLToPath(new URL('../framework/dist/console/reference/', import.meta.url))

await rm(target, { recursive: true, force: true })
await mkdir(target, { recursive: true })
await cp(source, target, { recursive: true })
