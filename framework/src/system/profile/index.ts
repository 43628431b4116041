export { Profiler, type ProfilerNeeds, type Taken } from './profiler.ts'
