import { createRequire } from 'node:module'
import { pipeline } from 'node:stream'
import type { Busboy, BusboyFileStream } from '@fastify/busboy'
import type { Codec } from '../../contract/codec.ts'
import { coercion } from '../../contract/coerce.ts'
import type { JsonSchema } from '../../contract/compiled-schema.ts'
import { holdsFiles, type UploadedFile } from '../../contract/form.ts'
import { BadRequest, ContentTooLarge } from '../../contract/problems.ts'
import { BootError } from '../../std/errors.ts'

const limits = { fields: 100, fieldSize: 64 * 1024, headerPairs: 20, headerSize: 16 * 1024 }
/** Of all fields together: a hundred of the largest would be 6 MiB of strings. */
const allFields = 1024 * 1024

/** `multipart/form-data` (RFC 7578), read while it arrives: fields into memory, within limits; a file only as fast as your code takes it. */
export const multipart: Codec = {
  mediaType: 'multipart/form-data',
  streamReader(schema, where) {
    const filesOf = fileMember(schema, where)
    const coerce = coercion(schema)
    // Only now: an application without forms starts without a parser for them.
    const parser = (createRequire(import.meta.url)('@fastify/busboy') as { Busboy: typeof Busboy }).Busboy
    return async (chunks, contentType) => {
      const { fields, files } = await new FormReading(parser, filesOf, contentType).read(chunks)
      return { ...coerce(fields), ...files }
    }
  },
}

interface FileMember {
  readonly name: string
  readonly many: boolean
  readonly maxCount: number
  readonly maxSize: number
}

function fileMember(schema: JsonSchema, where: string): FileMember | undefined {
  const members = Object.entries((schema['properties'] ?? {}) as Record<string, JsonSchema>).filter(([, member]) => holdsFiles(member))
  if (members.length > 1) {
    throw new BootError('contract-invalid', `${where} has the file members ${members.map(([name]) => name).join(' and ')}.`, {
      fix: 'Files arrive one after the other: declare one member as files(), or one endpoint a file.',
    })
  }
  if (members.length === 0) return undefined
  const [name, member] = members[0]!
  const each = (member['items'] ?? member) as JsonSchema
  return {
    name,
    many: member['items'] !== undefined,
    maxCount: (member['maxItems'] as number | undefined) ?? 1,
    maxSize: (each['maxLength'] as number | undefined) ?? Infinity,
  }
}

interface Parts {
  readonly fields: Record<string, string | string[]>
  readonly files: Record<string, unknown>
}

/** One form on its way in. */
class FormReading {
  readonly #member: FileMember | undefined
  readonly #busboy: ReturnType<typeof Busboy>
  // No prototype: a field named `__proto__` is a field like any other.
  readonly #fields: Record<string, string | string[]> = Object.create(null)
  readonly #arrived: { readonly file: UploadedFile; readonly stream: BusboyFileStream }[] = []
  readonly #finished = Promise.withResolvers<void>()
  #size = 0
  #failure: Error | undefined
  #ended = false
  /** Called when a file arrived, the form ended or failed. */
  #wake: () => void = () => {}

  constructor(parser: typeof Busboy, member: FileMember | undefined, contentType: string) {
    this.#member = member
    const { maxCount = 0, maxSize = Infinity } = member ?? {}
    try {
      this.#busboy = new parser({
        headers: { 'content-type': contentType },
        limits: { ...limits, files: maxCount, fileSize: maxSize, parts: limits.fields + maxCount },
        isPartAFile: (_name, _type, fileName) => fileName !== undefined,
      })
    } catch (cause) {
      throw BadRequest({ cause, detail: 'The Content-Type names no boundary.' })
    }
    // Whoever waits for it later must not make the process fail now.
    this.#finished.promise.catch(() => {})
  }

  read(chunks: AsyncIterable<Uint8Array>): Promise<Parts> {
    const head = Promise.withResolvers<void>()
    this.#wake = head.resolve
    const busboy = this.#busboy
    busboy.on('field', (name, value, nameCut, valueCut) => this.#field(name, value, nameCut || valueCut))
    busboy.on('file', (name, stream, fileName, _encoding, type) => this.#file(name, stream, { name: toSafeName(fileName), type }))
    for (const limit of ['partsLimit', 'fieldsLimit', 'filesLimit'] as const)
      busboy.on(limit, () => this.#fail(BadRequest({ detail: `The form has more ${limit.slice(0, -5)} than are allowed.` })))
    pipeline(chunks, busboy, (error) => {
      if (error) this.#fail('status' in error ? error : broken(error))
      else if (this.#failure === undefined) {
        this.#ended = true
        this.#finished.resolve()
        this.#wake()
      }
    })
    return head.promise.then(() => {
      if (this.#failure !== undefined) throw this.#failure
      const member = this.#member
      const files = member === undefined ? {} : { [member.name]: member.many ? this.#all() : this.#arrived[0]?.file }
      return { fields: this.#fields, files }
    })
  }

  #field(name: string | undefined, value: string, cut: boolean): void {
    if (name === undefined) return this.#fail(BadRequest({ detail: 'A part of the form has no name.' }))
    this.#size += name.length + value.length
    if (cut || this.#size > allFields) return this.#fail(ContentTooLarge({ limit: cut ? limits.fieldSize : allFields }))
    if (this.#arrived.length > 0) return this.#fail(BadRequest({ detail: 'A field comes after a file; send the files last.' }))
    const known = this.#fields[name]
    if (known === undefined) this.#fields[name] = value
    else this.#fields[name] = typeof known === 'string' ? [known, value] : [...known, value]
  }

  #file(name: string, stream: BusboyFileStream, about: { name: string; type: string }): void {
    if (name !== this.#member?.name) {
      stream.resume()
      return this.#fail(BadRequest({ detail: 'The form holds a file where its contract has none.' }))
    }
    const { maxSize } = this.#member
    stream.once('limit', () => this.#fail(ContentTooLarge({ limit: maxSize })))
    stream.on('error', (cause) => this.#fail(broken(cause)))
    this.#arrived.push({ file: { ...about, content: this.#contentOf(stream) }, stream })
    this.#wake()
  }

  async *#contentOf(stream: BusboyFileStream): AsyncGenerator<Uint8Array> {
    try {
      yield* stream.iterator({ destroyOnReturn: false })
      // Only now is it sure that nothing follows which the contract does not allow.
      if (!this.#member!.many) await this.#finished.promise
    } catch (error) {
      throw this.#failure ?? error
    } finally {
      stream.resume()
    }
  }

  async *#all(): AsyncGenerator<UploadedFile> {
    for (let index = 0; ; index++) {
      while (this.#arrived[index] === undefined && !this.#ended) {
        if (this.#failure !== undefined) throw this.#failure
        const { promise, resolve } = Promise.withResolvers<void>()
        this.#wake = resolve
        await promise
      }
      const found = this.#arrived[index]
      if (found === undefined) return
      yield found.file
      found.stream.resume()
    }
  }

  #fail(error: Error): void {
    if (this.#failure !== undefined) return
    this.#failure = error
    this.#finished.reject(error)
    this.#arrived.at(-1)?.stream.destroy(error)
    this.#busboy.destroy(error)
    this.#wake()
  }
}

function broken(cause: Error): Error {
  return BadRequest({ cause, detail: 'The form is not well-formed, or breaks off.' })
}

/** A name without folders of any system, control characters, direction marks and dots in front. */
export function toSafeName(name: string | undefined): string {
  const base = (name ?? '').split(/[/\\]/).at(-1)!
  const safe = base
    .normalize('NFC')
    .replaceAll(/[\p{Cc}\p{Cf}\p{Cs}<>:"|?*]/gu, '')
    .replace(/^[\s.]+/, '')
    .trimEnd()
  return (
    safe
      .slice(0, 100)
      .toWellFormed()
      .replace(/\ufffd$/, '') || 'file'
  )
}
