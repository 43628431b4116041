import type { Setting, Settings } from './settings.ts'

/** The text of `.env.example`: every setting with what it is for, what it may be, and its default commented out. */
export function envExample(description: Settings): string {
  return description.all.map(paragraph).join('\n')
}

function paragraph({ leaf, env }: Setting): string {
  const needed = leaf.fallback === undefined && !leaf.optional
  const value = leaf.type === 'secret' ? '' : (leaf.fallback ?? '')
  const quoted = /[\s#'"\\]/.test(value) ? JSON.stringify(value) : value
  return `# ${leaf.describe}\n# Expected: ${leaf.expected}.${needed ? ' Required.' : ''}\n${needed ? '' : '# '}${env[0]}=${quoted}\n`
}
