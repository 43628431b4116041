import { implement } from 'throughline/http'
import * as contract from '../../contract/users.ts'
import type { UserService } from '../domain/users.ts'

export const usersApi = (users: UserService) =>
  implement(contract, {
    readMe: ({ actor }) => users.me(actor),
  })
