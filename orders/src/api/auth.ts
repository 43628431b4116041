import { implement } from 'throughline/http'
import * as contract from '../../contract/auth.ts'
import type { UserService } from '../domain/users.ts'

export const authApi = (users: UserService) =>
  implement(contract, {
    emailIsFree: (emails) => users.free(emails),
    register: ({ body }) => users.register(body),
    logIn: ({ body }) => users.logIn(body),
    refreshTokens: ({ body }) => users.refresh(body.refreshToken),
    logOut: ({ actor }) => users.logOut(actor),
  })
