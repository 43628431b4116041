import { check, endpoint, problem, Unauthenticated } from 'throughline/contract'
import * as z from 'zod'
import { Email, EmailTaken, PersonName, User } from './users.ts'

export { EmailTaken } from './users.ts'

export const InvalidCredentials = problem('invalid-credentials', 401, undefined, {
  title: 'Invalid credentials',
  headers: () => ({ 'www-authenticate': 'Bearer' }),
  detail: () => 'E-mail address or password is wrong.',
})
export const TokenReused = problem('token-reused', 401, undefined, { title: 'Refresh token used twice' })

const minute = 60_000

const RefreshToken = z.string().min(1).max(512).describe('Opaque. It works once: the answer brings the next one.')

export const Registration = z
  .object({ email: Email, password: z.string().min(8).max(256).describe('8 to 256 characters, spaces included.'), name: PersonName })
  .meta({ id: 'Registration', examples: [{ email: 'carol@x.com', password: 'a long enough phrase', name: 'Carol' }] })

// The password is not checked here as it is at registration: a rule that changed since must not lock anybody out.
export const Credentials = z
  .object({ email: Email, password: z.string().min(1).max(256) })
  .meta({ id: 'Credentials', examples: [{ email: 'alice@x.com', password: 'first-principles-22' }] })

export const Refresh = z
  .object({ refreshToken: RefreshToken })
  .meta({ id: 'Refresh', examples: [{ refreshToken: 'dGhlIG9uZSBmcm9tIHRoZSBsYXN0IGFuc3dlcg' }] })

export const Tokens = z
  .object({
    accessToken: z.string().describe('A JWT for `Authorization: Bearer`.'),
    refreshToken: RefreshToken,
    tokenType: z.literal('Bearer'),
    expiresIn: z.int().min(1).describe('Seconds until the access token expires.'),
  })
  .meta({
    id: 'Tokens',
    examples: [{ accessToken: 'eyJhbGciOi…', refreshToken: 'dGhlIG9uZSBmb3IgbmV4dCB0aW1l', tokenType: 'Bearer', expiresIn: 900 }],
  })

export const emailIsFree = check(EmailTaken)

export const register = endpoint('POST /auth/register', {
  summary: 'Create an account for a person',
  description: 'The new user is a customer and owns an empty account in USD.',
  tags: ['Trust'],
  auth: 'none',
  rateLimit: { name: 'register', limit: 60, window: minute },
  body: Registration,
  checks: { email: emailIsFree },
  precognition: true,
  returns: User,
  location: '/users/{id}',
  errors: [EmailTaken],
})

export const logIn = endpoint('POST /auth/login', {
  summary: 'Log in with e-mail address and password',
  description: 'An unknown address and a wrong password get the same answer in the same time.',
  tags: ['Trust'],
  auth: 'none',
  // Guessing one password is slow, and so is trying one password on everybody; a whole office behind one address is not locked out.
  rateLimit: [
    { name: 'login', limit: 20, window: minute, by: ({ ip, body }) => `${ip} ${body.email}` },
    { name: 'login-address', limit: 300, window: minute },
  ],
  body: Credentials,
  returns: Tokens,
  cache: 'no-store',
  status: 200,
  errors: [InvalidCredentials],
})

export const refreshTokens = endpoint('POST /auth/refresh', {
  summary: 'Exchange a refresh token for a new pair',
  description: 'A refresh token that comes a second time has been stolen or lost: its whole login is ended.',
  tags: ['Trust'],
  auth: 'none',
  body: Refresh,
  returns: Tokens,
  cache: 'no-store',
  status: 200,
  errors: [Unauthenticated, TokenReused],
})

export const logOut = endpoint('POST /auth/logout', {
  summary: 'End this login',
  tags: ['Trust'],
  auth: 'user',
  status: 204,
})

export type Registration = z.output<typeof Registration>
export type Credentials = z.output<typeof Credentials>
export type Tokens = z.output<typeof Tokens>
