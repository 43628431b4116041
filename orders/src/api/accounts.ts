import { implement } from 'throughline/http'
import * as contract from '../../contract/accounts.ts'
import type { AccountService } from '../domain/accounts.ts'
import { toList } from './list.ts'

export const accountsApi = (accounts: AccountService) =>
  implement(contract, {
    listAccounts: async ({ actor, url, query }) => toList(url, await accounts.list(actor, query)),
    transferMoney: ({ actor, body }) => accounts.transfer(actor, body),
  })
