export { insideOf } from './inside-of.ts'
export { programs, Programs, type Output, type ProgramsOptions, type RunOptions } from './programs.ts'
