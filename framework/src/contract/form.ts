import { compileSchema } from './compile-schema.ts'
import type { CompiledSchema, Issue, IssueCode, JsonSchema } from './compiled-schema.ts'
import { fromPointer } from './json-pointer.ts'
import type { InputOf, OutputOf, Schema, SchemaIssue, SchemaVerdict } from './standard-schema.ts'

/** A file of a form while it arrives: nothing of it is kept anywhere, so that it can be read once. */
export interface UploadedFile {
  /** The sender's name for it without folders, control characters and dots in front: fit to show, never a path to write to. */
  readonly name: string
  /** The media type as the sender claims it. */
  readonly type: string
  /** Throws `ContentTooLarge` in the middle when the file is larger than its contract allows, `BadRequest` when the form breaks off. */
  readonly content: AsyncIterable<Uint8Array>
}

export interface FileOptions {
  /** Bytes. Default: what `bodyLimit` leaves. */
  maxSize?: number
  /** Media types. Default: all. They are claims: look into the bytes before you rely on one. */
  types?: readonly string[]
}

/**
 * One file in a form, or a body by itself that a route `accepts` as `application/octet-stream`. The form's other members must come before it: they are checked before your code sees the first byte.
 *
 * ```ts
 * import { endpoint, file, form } from 'throughline/contract'
 * import * as z from 'zod'
 *
 * export const addPhoto = endpoint('POST /photos', {
 *   summary: 'Add a photo',
 *   auth: 'user',
 *   body: form({ title: z.string().max(100), photo: file({ maxSize: 5_000_000, types: ['image/png', 'image/jpeg'] }) }),
 *   bodyLimit: 5_100_000,
 * })
 * ```
 */
export function file(options: FileOptions = {}): Schema<Blob, UploadedFile> {
  return standard<Blob, UploadedFile>(binary(options), (value) => {
    if (!isFile(value)) return { issues: [issue('required', value === undefined ? undefined : { expected: 'file' })] }
    const { types } = options
    return types === undefined || types.includes(value.type) ? { value } : { issues: [issue('not-one-of', { allowed: types })] }
  })
}

/** Several files under one name, one after the other: what is not read of one is skipped when the next is asked for. `maxCount` default 10. */
export function files(options: FileOptions & { maxCount?: number } = {}): Schema<readonly Blob[], AsyncIterable<UploadedFile>> {
  const { maxCount = 10, ...each } = options
  const json = { type: 'array', items: binary(each), maxItems: maxCount }
  return standard<readonly Blob[], AsyncIterable<UploadedFile>>(json, (value) =>
    typeof value === 'object' && value !== null && Symbol.asyncIterator in value
      ? { value: value as AsyncIterable<UploadedFile> }
      : { issues: [issue('required')] },
  )
}

/** What a form holds, by name; at most one member is a `file()` or `files()`. */
export interface FormSchema<Members extends Record<string, Schema<any, any>> = Record<string, Schema<any, any>>> extends Schema<
  { [Name in keyof Members]: InputOf<Members[Name]> },
  { [Name in keyof Members]: OutputOf<Members[Name]> }
> {
  readonly kind: 'form'
  /** The media types that can carry it. */
  readonly accepts: readonly string[]
}

/** The body of an HTML form: `multipart/form-data`, and `application/x-www-form-urlencoded` where it holds no file. Strings are converted as declared. */
export function form<Members extends Record<string, Schema<any, any>>>(members: Members): FormSchema<Members> {
  const compiled = new Map<string, CompiledSchema>()
  const memberOf = (name: string) => {
    let known = compiled.get(name)
    if (known === undefined) compiled.set(name, (known = compileSchema(members[name]!, `form member ${name}`)))
    return known
  }
  const names = Object.keys(members)
  const json = (side: 'input' | 'output'): Record<string, unknown> => ({
    type: 'object',
    properties: Object.fromEntries(names.map((name) => [name, jsonOf(members[name]!, side)])),
    required: names.filter((name) => !acceptsNothing(members[name]!)),
  })
  const hasFile = names.some((name) => holdsFiles(jsonOf(members[name]!, 'input')))
  const schema = standard<any, any>(json, (value) => {
    const given = value as Readonly<Record<string, unknown>>
    const verdicts = names.map((name) => memberOf(name).parse(Object.hasOwn(given, name) ? given[name] : undefined))
    return verdicts.some((verdict) => verdict instanceof Promise)
      ? Promise.all(verdicts.map(async (verdict) => verdict)).then((settled) => collect(names, settled))
      : collect(names, verdicts as Settled[])
  })
  return Object.freeze({
    ...schema,
    kind: 'form' as const,
    accepts: hasFile ? ['multipart/form-data'] : ['application/x-www-form-urlencoded', 'multipart/form-data'],
  })
}

export function isForm(schema: Schema<any, any> | undefined): schema is FormSchema {
  return (schema as Partial<FormSchema> | undefined)?.kind === 'form'
}

/** Whether a member of a form, as JSON Schema, is a file or a list of them. */
export function holdsFiles(json: JsonSchema): boolean {
  return json['format'] === 'binary' || (json['items'] as JsonSchema | undefined)?.['format'] === 'binary'
}

type Settled = Awaited<ReturnType<CompiledSchema['parse']>>

function collect(names: readonly string[], verdicts: readonly Settled[]): SchemaVerdict<unknown> {
  const value: Record<string, unknown> = {}
  const issues: SchemaIssue[] = []
  verdicts.forEach((verdict, index) => {
    const name = names[index]!
    if (verdict.issues !== undefined)
      issues.push(...verdict.issues.map((found) => ({ ...found, path: [name, ...fromPointer(found.pointer)] })))
    else if (verdict.value !== undefined) value[name] = verdict.value
  })
  return issues.length > 0 ? { issues } : { value }
}

function binary({ maxSize, types }: FileOptions): JsonSchema {
  return {
    type: 'string',
    format: 'binary',
    ...(maxSize !== undefined && { maxLength: maxSize }),
    ...(types && { contentMediaType: types.join(', ') }),
  }
}

function isFile(value: unknown): value is UploadedFile {
  return typeof value === 'object' && value !== null && 'content' in value && 'type' in value
}

function issue(code: IssueCode, params?: Issue['params']): SchemaIssue {
  return { message: code, path: [], code, ...(params && { params }) } as SchemaIssue
}

function jsonOf(schema: Schema<any, any>, side: 'input' | 'output'): Record<string, unknown> {
  const json = schema['~standard'].jsonSchema[side]({ target: 'draft-2020-12' })
  return Object.fromEntries(Object.entries(json).filter(([keyword]) => keyword !== '$schema'))
}

function acceptsNothing(schema: Schema<any, any>): boolean {
  const verdict = schema['~standard'].validate(undefined)
  return !(verdict instanceof Promise) && verdict.issues === undefined
}

function standard<Input, Output>(
  json: JsonSchema | ((side: 'input' | 'output') => Record<string, unknown>),
  validate: (value: unknown) => SchemaVerdict<Output> | Promise<SchemaVerdict<Output>>,
): Schema<Input, Output> {
  const side = (which: 'input' | 'output') => () => (typeof json === 'function' ? json(which) : { ...json })
  return { '~standard': { version: 1, vendor: 'throughline', validate, jsonSchema: { input: side('input'), output: side('output') } } }
}
