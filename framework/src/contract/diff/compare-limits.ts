import { anonymous } from '../json-schema/resources.ts'
import { validator } from '../json-schema/validator.ts'
import { isSame, type Flat } from './flat-schema.ts'

/** The bounds of `of` that a value of `from` may break, as keywords. Listed values are tried one by one. */
export function brokenLimits(from: Flat, of: Flat): string[] {
  const { values } = from
  if (values !== undefined) {
    return Object.keys(of.limits).filter((keyword) => {
      const breaks = validator({ [keyword]: of.limits[keyword] }, anonymous, { documents: new Map(), formats: true })
      return values.some((value) => breaks(value) !== undefined)
    })
  }
  return Object.keys(of.limits).filter((keyword) => !isWithin(keyword, from, of) && concerns(keyword, from.types))
}

function isWithin(keyword: string, from: Flat, of: Flat): boolean {
  const [left, right] = [from.limits[keyword], of.limits[keyword]]
  switch (keyword) {
    case 'minLength':
    case 'minItems':
    case 'minProperties':
      return Number(left ?? 0) >= Number(right)
    case 'maxLength':
    case 'maxItems':
    case 'maxProperties':
      return Number(left ?? Infinity) <= Number(right)
    case 'minimum':
      return Math.max(number(left, -Infinity), number(from.limits['exclusiveMinimum'], -Infinity)) >= Number(right)
    case 'maximum':
      return Math.min(number(left, Infinity), number(from.limits['exclusiveMaximum'], Infinity)) <= Number(right)
    case 'exclusiveMinimum':
      return number(left, -Infinity) >= Number(right) || number(from.limits['minimum'], -Infinity) > Number(right)
    case 'exclusiveMaximum':
      return number(left, Infinity) <= Number(right) || number(from.limits['maximum'], Infinity) < Number(right)
    case 'multipleOf':
      return left !== undefined && Number.isInteger(Number((Number(left) / Number(right)).toPrecision(15)))
    case 'uniqueItems':
      return right !== true || left === true
    default:
      return isSame(left, right)
  }
}

function number(value: unknown, otherwise: number): number {
  return typeof value === 'number' ? value : otherwise
}

const typesOf: Readonly<Record<string, readonly string[]>> = {
  minItems: ['array'],
  maxItems: ['array'],
  uniqueItems: ['array'],
  minProperties: ['object'],
  maxProperties: ['object'],
  minLength: ['string'],
  maxLength: ['string'],
  pattern: ['string'],
  contentEncoding: ['string'],
  contentMediaType: ['string'],
}

/** `maxLength` means nothing to what is never a string. */
function concerns(keyword: string, types: readonly string[] | undefined): boolean {
  const meant = typesOf[keyword] ?? (keyword === 'format' ? ['string', 'integer', 'number'] : ['integer', 'number'])
  return types === undefined || types.some((type) => meant.includes(type))
}
