import type { ComponentChild } from 'preact'
import { useRef, useState } from 'preact/hooks'
import { useShortcuts } from '../state/shortcuts.ts'

export interface Column<Row> {
  readonly title: string
  readonly draw: (row: Row) => ComponentChild
  /** What rows are ordered by; without it the column has no order. */
  readonly order?: (row: Row) => number | string
  readonly isNumber?: boolean
  /** Left out on small screens: what matters less. */
  readonly isWide?: boolean
  /** Takes what the others leave. */
  readonly isMain?: boolean
}

export interface DataTableProps<Row> {
  readonly label: string
  readonly columns: readonly Column<Row>[]
  readonly rows: readonly Row[]
  readonly keyOf: (row: Row) => string
  /** Shown below a row that was opened. */
  readonly details: (row: Row) => ComponentChild
  /** The column that orders it at first, greatest first. */
  readonly orderedBy?: string
}

/** Rows that open, and columns that order them. `j` and `k` lead through the rows. */
export function DataTable<Row>({ label, columns, rows, keyOf, details, orderedBy }: DataTableProps<Row>) {
  const [order, setOrder] = useState({ title: orderedBy, isDown: true })
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const table = useRef<HTMLTableElement>(null)
  useRowKeys(table)
  const column = columns.find(({ title }) => title === order.title)
  const toggle = (key: string) => {
    const next = new Set(opened)
    if (!next.delete(key)) next.add(key)
    setOpened(next)
  }
  return (
    <table class="data rows-open" aria-label={label} ref={table}>
      <thead>
        <tr>
          {columns.map((one) => (
            <Head key={one.title} column={one} order={order} choose={(isDown) => setOrder({ title: one.title, isDown })} />
          ))}
        </tr>
      </thead>
      <tbody>
        {ordered(rows, column?.order, order.isDown).map((row) => {
          const key = keyOf(row)
          return <Row key={key} row={row} columns={columns} isOpen={opened.has(key)} toggle={() => toggle(key)} details={details} />
        })}
      </tbody>
    </table>
  )
}

function ordered<Row>(rows: readonly Row[], order: Column<Row>['order'], isDown: boolean): readonly Row[] {
  if (order === undefined) return rows
  const sign = isDown ? -1 : 1
  return rows.toSorted((a, b) => {
    const [one, other] = [order(a), order(b)]
    return sign * (typeof one === 'number' && typeof other === 'number' ? one - other : String(one).localeCompare(String(other)))
  })
}

interface HeadProps<Row> {
  readonly column: Column<Row>
  readonly order: { readonly title: string | undefined; readonly isDown: boolean }
  readonly choose: (isDown: boolean) => void
}

function Head<Row>({ column, order, choose }: HeadProps<Row>) {
  const { title, order: by, isNumber } = column
  const isChosen = order.title === title
  return (
    <th scope="col" class={classes(column)} aria-sort={!isChosen ? undefined : order.isDown ? 'descending' : 'ascending'}>
      {by === undefined ? (
        title
      ) : (
        <button type="button" class="sort" onClick={() => choose(isChosen ? !order.isDown : isNumber === true)}>
          {title}
        </button>
      )}
    </th>
  )
}

interface RowProps<Row> {
  readonly row: Row
  readonly columns: readonly Column<Row>[]
  readonly isOpen: boolean
  readonly toggle: () => void
  readonly details: (row: Row) => ComponentChild
}

function Row<Row>({ row, columns, isOpen, toggle, details }: RowProps<Row>) {
  return (
    <>
      <tr class={isOpen ? 'is-open' : undefined} onClick={(event) => isPlain(event) && toggle()}>
        {columns.map((column, index) => (
          <td key={column.title} class={classes(column)}>
            {index === 0 ? (
              <button type="button" class="opener" aria-expanded={isOpen} onClick={toggle}>
                {column.draw(row)}
              </button>
            ) : (
              column.draw(row)
            )}
          </td>
        ))}
      </tr>
      {isOpen ? (
        <tr class="row-details">
          <td colSpan={columns.length}>{details(row)}</td>
        </tr>
      ) : null}
    </>
  )
}

/** A click on what does something itself, or the end of choosing text, opens nothing. */
function isPlain(event: MouseEvent): boolean {
  return event.target instanceof Element && event.target.closest('button, a') === null && getSelection()?.isCollapsed !== false
}

function classes({ isNumber, isWide, isMain }: Pick<Column<never>, 'isNumber' | 'isWide' | 'isMain'>): string {
  return [isNumber === true && 'num', isWide === true && 'is-wide', isMain === true && 'is-main'].filter(Boolean).join(' ')
}

function useRowKeys(table: { current: HTMLElement | null }): void {
  const move = (step: number) => {
    const openers = [...(table.current?.querySelectorAll<HTMLElement>('.opener') ?? [])]
    const at = openers.indexOf(document.activeElement as HTMLElement)
    const next = openers[at < 0 ? 0 : Math.min(openers.length - 1, Math.max(0, at + step))]
    next?.focus()
    next?.scrollIntoView({ block: 'nearest' })
  }
  useShortcuts([
    { keys: 'j', label: 'Next row', run: () => move(1) },
    { keys: 'k', label: 'Previous row', run: () => move(-1) },
  ])
}
