declare module '*.css'

declare module 'virtual:chapters' {
  import type { Chapter } from './learn/chapter.ts'
  export const chapters: Chapter[]
}
