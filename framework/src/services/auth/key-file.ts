import { link, mkdir, open, readFile, unlink } from 'node:fs/promises'
import { dirname } from 'node:path'
import { randomUUID } from 'node:crypto'
import { BootError } from '../../std/errors.ts'

/** The file's text; when there is none it is created with `make()`, readable by its owner only. Callers that start at once get the same text. */
export async function readOrCreate(path: string, make: () => string): Promise<string> {
  try {
    return (await read(path)) ?? (await create(path, make()))
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new BootError('data-folder-unwritable', `${path} cannot be read or created (${code ?? 'unknown error'}).`, { cause: error })
  }
}

async function create(path: string, text: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  const draft = `${path}.${randomUUID()}`
  try {
    const file = await open(draft, 'wx', 0o600)
    try {
      await file.writeFile(text)
      await file.sync()
    } finally {
      await file.close()
    }
    // Unlike rename, link never replaces: the second of two starters finds the first one's whole file.
    await link(draft, path).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
  } finally {
    await unlink(draft).catch(() => {})
  }
  return readFile(path, 'utf8')
}

async function read(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}
