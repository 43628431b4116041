import { endpoint } from 'throughline/contract'
import * as z from 'zod'
import { line } from './text.ts'

/** Normalised before it is checked, so that `Alice@X.com` and `alice@x.com` are one person. */
export const Email = z
  .string()
  .trim()
  .toLowerCase()
  .max(254)
  .check(z.email())
  .meta({ id: 'Email', description: 'Spaces around it are dropped, upper case becomes lower case.', examples: ['alice@x.com'] })

export const PersonName = line(100).describe('What to call this person.')

export const Role = z.enum(['customer', 'support', 'admin']).meta({ id: 'Role' })

export const User = z.object({ id: z.uuid(), email: Email, name: PersonName, roles: z.array(Role).min(1).max(3) }).meta({
  id: 'User',
  examples: [{ id: '0199a1b2-7c3d-7e4f-8a5b-6c7d8e9f0a1b', email: 'alice@x.com', name: 'Alice', roles: ['customer'] }],
})

export const readMe = endpoint('GET /users/me', {
  summary: 'Read the signed-in user',
  tags: ['People'],
  auth: 'user',
  returns: User,
})

export type User = z.output<typeof User>
export type Role = z.output<typeof Role>
