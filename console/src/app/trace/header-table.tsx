export interface HeaderTableProps {
  readonly caption: string
  readonly headers: readonly (readonly [string, string])[]
}

export function HeaderTable({ caption, headers }: HeaderTableProps) {
  if (headers.length === 0) return <p class="faint">No headers were recorded.</p>
  return (
    <table class="headers">
      <caption>{caption}</caption>
      <tbody>
        {headers.map(([name, value], index) => (
          <tr key={index}>
            <th scope="row">{name}</th>
            <td>{value}</td>
          </tr>
        ))}
      </tbody>
    </table>
  )
}
