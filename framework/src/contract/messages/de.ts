import { allowed, sizeOf, type Params, type Phrases } from './phrases.ts'

export const german: Phrases = (code, params) => {
  switch (code) {
    case 'required':
      return 'Wird benötigt.'
    case 'invalid-type':
      return `Muss ${[params['expected'] as string | readonly string[]].flat().map(named).join(' oder ')} sein.`
    case 'too-small':
      return 'minimum' in params ? `Muss mindestens ${params['minimum']} sein.` : `Muss größer als ${params['exclusiveMinimum']} sein.`
    case 'too-big':
      return 'maximum' in params ? `Darf höchstens ${params['maximum']} sein.` : `Muss kleiner als ${params['exclusiveMaximum']} sein.`
    case 'too-short':
      return `Muss mindestens ${size(params, 'min')} haben.`
    case 'too-long':
      return `Darf höchstens ${size(params, 'max')} haben.`
    case 'not-multiple-of':
      return `Muss ein Vielfaches von ${params['multipleOf']} sein.`
    case 'invalid-format':
      return 'format' in params
        ? `Ist kein gültiger Wert der Art ${params['format']}.`
        : `Muss dem Muster ${params['pattern']} entsprechen.`
    case 'not-one-of':
      return `Muss ${allowed(params).one ? '' : 'einer von '}${allowed(params).list} sein.`
    case 'no-match':
      return 'Passt zu keiner der erlaubten Formen.'
    case 'unknown-member':
      return 'Ist kein bekanntes Feld.'
    case 'duplicate':
      return 'Darf keinen Eintrag zweimal enthalten.'
    case 'invalid':
      return 'Ist nicht gültig.'
  }
}

const types: Readonly<Record<string, string>> = {
  string: 'ein Text',
  number: 'eine Zahl',
  integer: 'eine ganze Zahl',
  boolean: 'wahr oder falsch',
  array: 'eine Liste',
  object: 'ein Objekt',
  null: 'null',
}

function named(type: string): string {
  return types[type] ?? type
}

function size(params: Params, bound: 'min' | 'max'): string {
  const nouns = { character: 'Zeichen', item: ['Eintrag', 'Einträge'], member: ['Feld', 'Felder'] } as const
  const found = sizeOf(params, bound)
  if (found === undefined) return 'die richtige Größe'
  const noun = nouns[found.kind]
  return `${found.count} ${typeof noun === 'string' ? noun : noun[found.count === 1 ? 0 : 1]}`
}
