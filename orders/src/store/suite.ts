import { after, before, describe } from 'node:test'
import { catalogue } from './suite/catalogue.ts'
import { Fixture, type Stores } from './suite/fixture.ts'
import { peopleAndMoney } from './suite/people-and-money.ts'
import { trade } from './suite/trade.ts'

/** What `domain/ports.ts` promises, for any stores: those in memory earn their place in the domain's tests by passing it. */
export function storeSuite(name: string, open: () => Promise<Stores>): void {
  describe(`stores: ${name}`, () => {
    const fixture = new Fixture()
    before(async () => {
      fixture.stores = await open()
    })
    after(() => fixture.stores.close())

    peopleAndMoney(fixture)
    catalogue(fixture)
    trade(fixture)
  })
}
