import { allowed, sizeOf, type Params, type Phrases } from './phrases.ts'

export const french: Phrases = (code, params) => {
  switch (code) {
    case 'required':
      return 'Est obligatoire.'
    case 'invalid-type':
      return `Doit être ${[params['expected'] as string | readonly string[]].flat().map(named).join(' ou ')}.`
    case 'too-small':
      return 'minimum' in params ? `Doit être au moins ${params['minimum']}.` : `Doit être supérieur à ${params['exclusiveMinimum']}.`
    case 'too-big':
      return 'maximum' in params ? `Doit être au plus ${params['maximum']}.` : `Doit être inférieur à ${params['exclusiveMaximum']}.`
    case 'too-short':
      return `Doit avoir au moins ${size(params, 'min')}.`
    case 'too-long':
      return `Doit avoir au plus ${size(params, 'max')}.`
    case 'not-multiple-of':
      return `Doit être un multiple de ${params['multipleOf']}.`
    case 'invalid-format':
      return 'format' in params ? `N’est pas une valeur valide du type ${params['format']}.` : `Doit suivre le modèle ${params['pattern']}.`
    case 'not-one-of':
      return `Doit être ${allowed(params).one ? '' : 'l’une des valeurs '}${allowed(params).list}.`
    case 'no-match':
      return 'Ne correspond à aucune des formes permises.'
    case 'unknown-member':
      return 'N’est pas un champ connu.'
    case 'duplicate':
      return 'Ne doit pas contenir deux fois le même élément.'
    case 'invalid':
      return 'N’est pas valide.'
  }
}

const types: Readonly<Record<string, string>> = {
  string: 'un texte',
  number: 'un nombre',
  integer: 'un nombre entier',
  boolean: 'vrai ou faux',
  array: 'une liste',
  object: 'un objet',
  null: 'null',
}

function named(type: string): string {
  return types[type] ?? type
}

function size(params: Params, bound: 'min' | 'max'): string {
  const nouns = { character: 'caractère', item: 'élément', member: 'champ' }
  const found = sizeOf(params, bound)
  return found === undefined ? 'la bonne taille' : `${found.count} ${nouns[found.kind]}${found.count > 1 ? 's' : ''}`
}
