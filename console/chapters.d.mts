import type { Chapter } from './src/app/learn/chapter.ts'

export function toChapter(id: string, markdown: string, known?: ReadonlySet<string>): Chapter
export function readChapters(folder: string): Promise<Chapter[]>
