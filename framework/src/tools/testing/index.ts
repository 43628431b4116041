export { bootTest } from './boot-test.ts'
export { testClock, type TestClock } from './test-clock.ts'
export { dbDriverSuite, type DbSuite } from '../../services/db/suite.ts'
