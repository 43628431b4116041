import { endpoint, NotFound, patch, problem } from 'throughline/contract'
import * as z from 'zod'
import { Id } from './id.ts'
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

/** All that people can change about themselves. */
export const UserDetails = z
  .object({ email: Email, name: PersonName })
  .meta({ id: 'UserDetails', examples: [{ email: 'alice@x.com', name: 'Alice Ardent' }] })

export const EmailTaken = problem('email-taken', 409, undefined, {
  title: 'E-mail address taken',
  detail: () => 'Somebody has registered with this e-mail address. Log in, or use another one.',
  at: 'email',
})
export const UserInUse = problem('user-in-use', 409, undefined, {
  title: 'User in use',
  detail: () => 'There are orders or money of this user, which must be kept.',
})

const UserParams = z.object({ userId: Id })

export const readMe = endpoint('GET /users/me', {
  summary: 'Read the signed-in user',
  tags: ['People'],
  auth: 'user',
  returns: User,
})

export const readUser = endpoint('GET /users/{userId}', {
  summary: 'Read a user',
  description: 'Oneself, or anybody for administrators; others answer as if they did not exist.',
  tags: ['People'],
  auth: 'user',
  params: UserParams,
  badParams: 404,
  returns: User,
  etag: true,
  errors: [NotFound],
})

export const replaceUser = endpoint('PUT /users/{userId}', {
  summary: 'Replace what can be changed about a user',
  tags: ['People'],
  auth: 'user',
  params: UserParams,
  badParams: 404,
  body: UserDetails,
  ifMatch: 'optional',
  returns: User,
  errors: [NotFound, EmailTaken],
})

export const changeUser = endpoint('PATCH /users/{userId}', {
  summary: 'Change a user',
  tags: ['People'],
  auth: 'user',
  params: UserParams,
  badParams: 404,
  body: patch(UserDetails),
  ifMatch: 'optional',
  returns: User,
  errors: [NotFound, EmailTaken],
})

export const removeUser = endpoint('DELETE /users/{userId}', {
  summary: 'Remove a user',
  description: 'While there are neither orders nor money of theirs.',
  tags: ['People'],
  auth: 'user',
  params: UserParams,
  badParams: 404,
  ifMatch: 'optional',
  errors: [NotFound, UserInUse],
})

export type UserDetails = z.output<typeof UserDetails>
export type User = z.output<typeof User>
export type Role = z.output<typeof Role>
