import type { Plan } from '../../../contract/json-writer/plan.ts'
import { branchOf, memberPlan } from '../shape.ts'

const head = '<?xml version="1.0" encoding="UTF-8"?>\n'
const namespace = ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'

/** A plain JSON value as an XML document. */
export function toXml(plan: Plan, value: unknown): string {
  return head + element('document', namespace, plan, value)
}

/** Whether a member's name can be that of an element, and is not one that means something else. */
export function isElementName(name: string): boolean {
  return /^[A-Za-z_][\w.-]*$/.test(name) && !/^(?:xml.*|item|entry)$/i.test(name) && !(name in Object.prototype) && name !== 'prototype'
}

function element(name: string, attributes: string, plan: Plan, value: unknown): string {
  if (value === null) return `<${name}${attributes} xsi:nil="true"/>`
  const branch = branchOf(plan, value)
  if (branch === undefined || branch.kind === 'any' || (plan.kind === 'union' && typeof value !== 'object'))
    return `<${name}${attributes} json="true">${escape(JSON.stringify(value))}</${name}>`
  return `<${name}${attributes}${textAttribute(value)}>${content(branch, value)}</${name}>`
}

function content(plan: Plan, value: unknown): string {
  if (plan.kind === 'array') {
    return (value as unknown[]).map((item, index) => element('item', '', plan.prefix[index] ?? plan.items!, item)).join('')
  }
  if (plan.kind === 'object') {
    return Object.entries(value as object)
      .map(([name, member]) => {
        const [tag, attribute] = isElementName(name) ? [name, ''] : ['entry', nameAttribute(name)]
        return element(tag, attribute, memberPlan(plan, name)!, member)
      })
      .join('')
  }
  const text = String(value)
  return typeof value === 'string' && !isXmlText(text) ? Buffer.from(text).toString('base64') : escape(text)
}

function nameAttribute(name: string): string {
  return isXmlText(name) ? ` name="${escape(name)}"` : ` name64="${Buffer.from(name).toString('base64')}"`
}

// XML has no way at all to write most control characters.
function textAttribute(value: unknown): string {
  return typeof value === 'string' && !isXmlText(value) ? ' encoding="base64"' : ''
}

function isXmlText(text: string): boolean {
  // oxlint-disable-next-line no-control-regex -- what XML 1.0 leaves out (section 2.2)
  return !/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(text)
}

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#13;',
  '\n': '&#10;',
  '\t': '&#9;',
}

function escape(text: string): string {
  return text.replaceAll(/[&<>"\r\n\t]/g, (character) => escapes[character]!)
}
