import { describe } from 'node:test'
import { RadixRouter } from './radix-router.ts'
import { routerSuite } from './suite.ts'

describe('RadixRouter', () => routerSuite(() => new RadixRouter()))
