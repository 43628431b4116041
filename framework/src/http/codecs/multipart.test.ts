import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import fc from 'fast-check'
import * as z from 'zod'
import { compileSchema } from '../../contract/compile-schema.ts'
import type { Issue } from '../../contract/compiled-schema.ts'
import { file, files, form, type FormSchema, type UploadedFile } from '../../contract/form.ts'
import { AppError } from '../../std/errors.ts'
import { multipart, toSafeName } from './multipart.ts'
import { urlencoded } from './urlencoded.ts'

const boundary = 'x-limit-x'
const type = `multipart/form-data; boundary=${boundary}`
const onePhoto = form({ title: z.string().max(20), count: z.int().optional(), photo: file({ maxSize: 1000, types: ['image/png'] }) })

type Part = [disposition: string, value: string | Uint8Array, type?: string]

function encode(parts: readonly Part[], end = `--${boundary}--\r\n`): Buffer {
  const lines = parts.flatMap(([disposition, value, contentType]) => [
    `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n${contentType ? `Content-Type: ${contentType}\r\n` : ''}\r\n`,
    value,
    '\r\n',
  ])
  return Buffer.concat([...lines, end].map((line) => Buffer.from(line as string)))
}

async function* inChunks(bytes: Uint8Array, size: number): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < bytes.length; at += size) yield bytes.subarray(at, at + size)
}

interface Read {
  readonly value: { title: string; count: number; photo: UploadedFile; photos: AsyncIterable<UploadedFile> }
  readonly issues: readonly Issue[]
}

async function read(schema: FormSchema, bytes: Uint8Array, size = 7, contentType = type): Promise<Read> {
  const compiled = compileSchema(schema, 'POST /x body')
  const body = await multipart.streamReader!(compiled.input, 'POST /x body')(inChunks(bytes, size), contentType)
  return compiled.parse(body) as unknown as Read
}

async function bytesOf({ content }: UploadedFile): Promise<string> {
  const chunks: Uint8Array[] = []
  for await (const chunk of content) chunks.push(chunk)
  return Buffer.concat(chunks).toString('latin1')
}

const png: Part = ['name="photo"; filename="a.png"', 'PNG', 'image/png']

describe('multipart', () => {
  for (const size of [1, 7, 4096]) {
    it(`reads fields and a file in chunks of ${size} · M07.7 M04.8`, async () => {
      const { value } = await read(onePhoto, encode([['name="title"', 'Tower'], ['name="count"', '3'], png]), size)
      assert.deepEqual(
        { title: value.title, count: value.count, name: value.photo.name, type: value.photo.type },
        { title: 'Tower', count: 3, name: 'a.png', type: 'image/png' },
      )
      assert.equal(await bytesOf(value.photo), 'PNG')
    })
  }

  it('gives the file before it has arrived', async () => {
    const gate = Promise.withResolvers<void>()
    async function* slowly() {
      yield encode(
        [
          ['name="title"', 'Tower'],
          ['name="photo"; filename="a.png"', 'first ', 'image/png'],
        ],
        '',
      ).subarray(0, -2)
      await gate.promise
      yield Buffer.from(`second\r\n--${boundary}--\r\n`)
    }
    const compiled = compileSchema(onePhoto, 'x')
    const body = (await multipart.streamReader!(compiled.input, 'x')(slowly(), type)) as { photo: UploadedFile }
    gate.resolve()
    assert.equal(await bytesOf(body.photo), 'first second')
  })

  it('breaks a file off where it is larger than its contract allows · M07.7', async () => {
    const { value } = await read(
      onePhoto,
      encode([
        ['name="title"', 'T'],
        ['name="photo"; filename="a.png"', 'x'.repeat(1001), 'image/png'],
      ]),
    )
    await assert.rejects(bytesOf(value.photo), { code: 'content-too-large' })
  })

  it('tells the reader of a file when the form breaks off, or goes on with a field', async () => {
    const cut = await read(onePhoto, encode([['name="title"', 'T'], png], '').subarray(0, -3))
    await assert.rejects(bytesOf(cut.value.photo), { code: 'bad-request' })
    const late = await read(onePhoto, encode([['name="title"', 'T'], png, ['name="count"', '1']]))
    await assert.rejects(bytesOf(late.value.photo), { message: 'A field comes after a file; send the files last.' })
  })

  it('validates fields and the type of the file together', async () => {
    const { issues } = await read(
      onePhoto,
      encode([
        ['name="count"', 'many'],
        ['name="admin"', '1'],
        ['name="photo"; filename="a"', '', 'text/html'],
      ]),
    )
    const byField = Object.fromEntries(issues.map(({ field, code }) => [field, code]))
    assert.deepEqual(byField, {
      admin: 'unknown-member',
      count: 'invalid-type',
      photo: 'not-one-of',
      title: 'required',
    })
    const missing = await read(onePhoto, encode([['name="title"', 'T']]))
    assert.deepEqual([missing.issues[0]?.field, missing.issues[0]?.code], ['photo', 'required'])
  })

  const album = form({ title: z.string(), photos: files({ maxSize: 10, maxCount: 3 }) })
  const photo = (index: number, value = String(index)): Part => [`name="photos"; filename="${index}"`, value]

  it('gives several files one after the other, and skips what nobody read · M07.7', async () => {
    const { value } = await read(album, encode([['name="title"', 'T'], photo(0), photo(1), photo(2)]))
    const seen: string[] = []
    for await (const one of value.photos) seen.push(one.name === '1' ? 'skipped' : await bytesOf(one))
    assert.deepEqual(seen, ['0', 'skipped', '2'])
  })

  it('goes on after a file that was read in part', async () => {
    const { value } = await read(album, encode([['name="title"', 'T'], photo(0, '012345678'), photo(1)]), 3)
    const seen: string[] = []
    for await (const one of value.photos) {
      for await (const chunk of one.content) {
        seen.push(Buffer.from(chunk).toString())
        break
      }
    }
    assert.equal(seen.length, 2)
  })

  const refused: [why: string, bytes: Buffer, code: string, contentType?: string][] = [
    ['more files than allowed', encode([photo(0), photo(1), photo(2), photo(3)]), 'bad-request'],
    ['a file where none is declared', encode([['name="title"; filename="t.txt"', 'T']]), 'bad-request'],
    ['101 fields', encode(Array.from({ length: 101 }, (_, index): Part => [`name="f${index}"`, ''])), 'bad-request'],
    ['a field of 64 KiB and one', encode([['name="title"', 'x'.repeat(64 * 1024 + 1)]]), 'content-too-large'],
    [
      '20 fields of 60 KB',
      encode(Array.from({ length: 20 }, (_, index): Part => [`name="f${index}"`, 'x'.repeat(60_000)])),
      'content-too-large',
    ],
    ['no boundary in the header', encode([photo(0)]), 'bad-request', 'multipart/form-data'],
    ['another boundary', encode([photo(0)]), 'bad-request', 'multipart/form-data; boundary=other'],
    ['nothing at all', Buffer.alloc(0), 'bad-request'],
  ]
  for (const [why, bytes, code, contentType] of refused) {
    it(`refuses ${why} · M07.7`, async () => {
      const reading = read(album, bytes, 4096, contentType).then(async ({ value, issues }) => {
        assert.equal(issues, undefined)
        for await (const one of value.photos) await bytesOf(one)
      })
      await assert.rejects(reading, { code })
    })
  }

  it('refuses a contract with two file members', () => {
    const { input } = compileSchema(form({ front: file(), back: file() }), 'x')
    assert.throws(() => multipart.streamReader!(input, 'POST /x body'), { code: 'contract-invalid' })
  })

  it('ends with a body or a problem, whatever bytes come', async () => {
    const good = encode([['name="title"', 'T'], png])
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.nat(good.length - 1), fc.nat(255)), { maxLength: 6 }),
        fc.integer({ min: 1, max: 90 }),
        async (changes, size) => {
          const bytes = Buffer.from(good)
          for (const [at, byte] of changes) bytes[at] = byte
          try {
            const { value } = await read(onePhoto, bytes, size)
            if (value?.photo) await bytesOf(value.photo)
          } catch (error) {
            assert.ok(error instanceof AppError, String(error))
          }
        },
      ),
      { numRuns: 150, seed: 3 },
    )
  })
})

describe('toSafeName', () => {
  const names: [given: string | undefined, safe: string][] = [
    ['../../etc/passwd', 'passwd'],
    ['C:\\Windows\\system32\\x.dll', 'x.dll'],
    ['.htaccess', 'htaccess'],
    ['..', 'file'],
    ['a\0b\r\n.png', 'ab.png'],
    ['photo\u202egnp.exe', 'photognp.exe'],
    ['<img src=x>"', 'img src=x'],
    ['', 'file'],
    [undefined, 'file'],
    ['é'.repeat(300), 'é'.repeat(100)],
    ['naïve café.jpg', 'naïve café.jpg'],
  ]
  for (const [given, safe] of names)
    it(`makes ${JSON.stringify(safe)} of ${JSON.stringify(given)?.slice(0, 40)} · M07.7`, () => assert.equal(toSafeName(given), safe))
})

describe('urlencoded', () => {
  const schema = compileSchema(form({ name: z.string(), age: z.int(), tags: z.array(z.string()), news: z.boolean().optional() }), 'x')
  const read = (text: string | Uint8Array) => schema.parse(urlencoded.reader!(schema.input, 'x')(Buffer.from(text as string)))

  it('reads names and values, converted as declared · M04.8', () => {
    const value = { name: 'Jürgen B', age: 42, tags: ['a', 'b'], news: true }
    assert.deepEqual(read('name=J%C3%BCrgen+B&age=42&tags=a&tags=b&news=true'), { value })
    assert.deepEqual(read('name=x&age=1&tags=only'), { value: { name: 'x', age: 1, tags: ['only'] } })
  })

  it('refuses a thousand and one fields, broken escapes and bytes that are not UTF-8', () => {
    assert.throws(() => read('a&'.repeat(1000)), { code: 'bad-request' })
    assert.throws(() => read('name=%zz'), { code: 'bad-request' })
    assert.throws(() => read(Uint8Array.of(0x61, 0x3d, 0xff)), { code: 'bad-request' })
  })
})
