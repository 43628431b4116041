export { dbDriverSuite } from '../../services/db/suite.ts'
export { limitsDriverSuite, type LimitsSuite } from '../../services/limits/suite.ts'
export { bootTest } from './boot-test.ts'
export { testClock, type TestClock } from './test-clock.ts'
