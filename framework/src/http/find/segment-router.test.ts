import { describe } from 'node:test'
import { SegmentRouter } from './segment-router.ts'
import { routerSuite } from './suite.ts'

describe('SegmentRouter', () => routerSuite(() => new SegmentRouter()))
