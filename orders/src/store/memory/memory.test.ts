import { storeSuite } from '../suite.ts'
import { memoryStores } from './memory-stores.ts'

storeSuite('memory', async () => ({ ...memoryStores(), close: async () => {} }))
