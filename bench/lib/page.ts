import { writePage } from './report.ts'

export async function run(): Promise<void> {
  writePage()
}
