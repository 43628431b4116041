import { Secret } from '../../std/secret.ts'
import { leaf, type Leaf, type LeafOptions, type Mode } from './leaf.ts'
import { weakness } from './secret-strength.ts'
import { toBytes, toMilliseconds } from './units.ts'

type Optional = { optional: true }

export interface TextOptions extends LeafOptions<string> {
  /** In characters. Default 1: an empty text is a mistake more often than a wish. */
  min?: number
  max?: number
  pattern?: RegExp
}
export interface NumberOptions extends LeafOptions<number> {
  min?: number
  max?: number
}
export interface AmountOptions extends LeafOptions<number, string> {
  min?: string
  max?: string
}
export interface UrlOptions extends LeafOptions<string> {
  /** Without the colon. Default: any. */
  schemes?: readonly string[]
}
export interface ListOptions extends LeafOptions<readonly string[]> {
  /** A sentence when an item is refused. */
  item?: (text: string) => string | undefined
}
export interface SecretOptions extends LeafOptions<string> {
  /** Demanded in production. Default 32. */
  minBytes?: number
}

export function text(options: TextOptions & Optional): Leaf<string | undefined>
export function text(options: TextOptions): Leaf<string>
export function text(options: TextOptions): Leaf<string | undefined> {
  const { min = 1, max = Infinity, pattern } = options
  return leaf(
    {
      type: 'text',
      expected: `text${range(min, max)}${pattern ? ` that matches ${pattern}` : ''}`,
      parse: (input) =>
        typeof input === 'string' && input.length >= min && input.length <= max && (pattern === undefined || input.search(pattern) !== -1)
          ? input
          : undefined,
    },
    options,
  )
}

export function integer(options: NumberOptions & Optional): Leaf<number | undefined>
export function integer(options: NumberOptions): Leaf<number>
export function integer(options: NumberOptions): Leaf<number | undefined> {
  const { min = Number.MIN_SAFE_INTEGER, max = Number.MAX_SAFE_INTEGER } = options
  const within = bounded(min, max)
  const expected = `an integer${limits(options.min, options.max)}`
  return leaf(
    { type: 'integer', expected, parse: (input) => (/^[+-]?\d+$/.test(String(input)) ? within(toNumber(input)) : undefined) },
    options,
  )
}

export function number(options: NumberOptions & Optional): Leaf<number | undefined>
export function number(options: NumberOptions): Leaf<number>
export function number(options: NumberOptions): Leaf<number | undefined> {
  const { min = -Number.MAX_VALUE, max = Number.MAX_VALUE } = options
  const within = bounded(min, max)
  return leaf(
    { type: 'number', expected: `a number${limits(options.min, options.max)}`, parse: (input) => within(toNumber(input)) },
    options,
  )
}

const truths = new Map([
  ['true', true],
  ['1', true],
  ['yes', true],
  ['on', true],
  ['false', false],
  ['0', false],
  ['no', false],
  ['off', false],
])

export function flag(options: LeafOptions<boolean> & Optional): Leaf<boolean | undefined>
export function flag(options: LeafOptions<boolean>): Leaf<boolean>
export function flag(options: LeafOptions<boolean>): Leaf<boolean | undefined> {
  return leaf(
    {
      type: 'flag',
      expected: 'true or false',
      parse: (input) => (typeof input === 'boolean' ? input : truths.get(String(input).toLowerCase())),
    },
    options,
  )
}

export function choice<const Option extends string>(
  allowed: readonly Option[],
  options: LeafOptions<NoInfer<Option>> & Optional,
): Leaf<Option | undefined>
export function choice<const Option extends string>(allowed: readonly Option[], options: LeafOptions<NoInfer<Option>>): Leaf<Option>
export function choice<const Option extends string>(allowed: readonly Option[], options: LeafOptions<Option>): Leaf<Option | undefined> {
  return leaf(
    { type: 'choice', expected: `one of ${allowed.join(', ')}`, parse: (input) => allowed.find((option) => option === input) },
    options,
  )
}

/** A span of time, given as `250ms`, `20s`, `5m`, `1.5h` or `7d`; the value is in milliseconds. */
export function duration(options: AmountOptions & Optional): Leaf<number | undefined>
export function duration(options: AmountOptions): Leaf<number>
export function duration(options: AmountOptions): Leaf<number | undefined> {
  return amount(options, { type: 'duration', example: 'a duration such as 250ms, 20s or 5m', convert: toMilliseconds })
}

/** A size, given as `512`, `64KiB`, `1MiB` or `10MB`; the value is in bytes. */
export function bytes(options: AmountOptions & Optional): Leaf<number | undefined>
export function bytes(options: AmountOptions): Leaf<number>
export function bytes(options: AmountOptions): Leaf<number | undefined> {
  return amount(options, { type: 'bytes', example: 'a size such as 64KiB, 1MiB or 10MB', convert: toBytes })
}

/** Stays text: a database URL is not always one that `URL` would write back unchanged. It is shown without its credentials. */
export function url(options: UrlOptions & Optional): Leaf<string | undefined>
export function url(options: UrlOptions): Leaf<string>
export function url(options: UrlOptions): Leaf<string | undefined> {
  const { schemes } = options
  return leaf(
    {
      type: 'url',
      expected: schemes === undefined ? 'a URL' : `a URL that begins with ${schemes.map((scheme) => `${scheme}:`).join(', ')}`,
      parse: (input) =>
        typeof input === 'string' && URL.canParse(input) && (schemes === undefined || schemes.includes(input.slice(0, input.indexOf(':'))))
          ? input
          : undefined,
    },
    options,
  )
}

/** Comma-separated text, or an array in a file. */
export function list(options: ListOptions): Leaf<readonly string[]> {
  const { item = () => undefined, ...rest } = options
  const check = (items: readonly string[]) => rest.check?.(items) ?? items.map((one) => item(one)).find((problem) => problem !== undefined)
  return leaf({ type: 'list', expected: 'a list, separated by commas', parse: toItems }, { ...rest, check })
}

/** Prints nowhere, is not taken from the command line, and in production must be long, random and not the default. */
export function secret(options: SecretOptions & Optional): Leaf<Secret<string> | undefined>
export function secret(options: SecretOptions): Leaf<Secret<string>>
export function secret(options: SecretOptions): Leaf<Secret<string> | undefined> {
  const { minBytes = 32, check, production, ...rest } = options
  const parse = (input: unknown) =>
    input instanceof Secret ? input : typeof input === 'string' && input !== '' ? new Secret(input) : undefined
  const made = leaf<Secret<string>>(
    {
      type: 'secret',
      expected: `a secret of at least ${minBytes} bytes`,
      parse,
    },
    { ...rest, check: check && ((value) => check(value.reveal())), production: production && ((value) => production(value.reveal())) },
  )
  return Object.freeze({
    ...made,
    read(input: unknown, mode: Mode) {
      const reading = made.read(input, mode)
      if (mode !== 'production' || 'problem' in reading) return reading
      const weak = weakness(reading.value.reveal(), minBytes)
      return weak === undefined ? reading : { problem: `is too weak for production: ${weak}`, code: 'secret-weak' as const }
    },
  })
}

function amount(
  options: AmountOptions,
  { type, example, convert }: { type: string; example: string; convert: (text: string) => number | undefined },
): Leaf<number> {
  const limit = (limitText: string | undefined, open: number) => (limitText === undefined ? open : (convert(limitText) ?? NaN))
  const within = bounded(limit(options.min, 0), limit(options.max, Number.MAX_SAFE_INTEGER))
  const parse = (input: unknown) => (typeof input === 'string' || typeof input === 'number' ? within(convert(String(input))) : undefined)
  return leaf({ type, expected: `${example}${limits(options.min, options.max, ',')}`, parse }, options)
}

function toNumber(input: unknown): number | undefined {
  if (typeof input === 'number') return input
  return typeof input === 'string' && /^[+-]?(\d+(\.\d*)?|\.\d+)(e[+-]?\d+)?$/i.test(input) ? Number(input) : undefined
}

function toItems(input: unknown): readonly string[] | undefined {
  if (Array.isArray(input)) return input.every((item) => typeof item === 'string') ? Object.freeze([...input]) : undefined
  if (typeof input !== 'string') return undefined
  return Object.freeze(
    input
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  )
}

function bounded(min: number, max: number): (value: number | undefined) => number | undefined {
  return (value) => (value !== undefined && value >= min && value <= max ? value : undefined)
}

function limits(min: number | string | undefined, max: number | string | undefined, comma = ''): string {
  if (min !== undefined && max !== undefined) return `${comma} from ${min} to ${max}`
  if (min !== undefined) return `${comma} of at least ${min}`
  return max === undefined ? '' : `${comma} of at most ${max}`
}

function range(min: number, max: number): string {
  if (max !== Infinity) return ` of ${min} to ${max} characters`
  return min > 1 ? ` of at least ${min} characters` : ''
}
