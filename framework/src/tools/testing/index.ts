export { bootTest } from './boot-test.ts'
export { testClock, type TestClock } from './test-clock.ts'
