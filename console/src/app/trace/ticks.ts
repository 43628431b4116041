/** Round numbers between two times, as many as can be read next to each other. */
export function ticks(from: number, to: number, most: number): number[] {
  const length = to - from
  if (!(length > 0)) return [from]
  const rough = length / most
  const power = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * power).find((one) => one >= rough)!
  const found: number[] = []
  for (let count = Math.ceil(from / step); count * step <= to; count++) found.push(count * step)
  return found
}
