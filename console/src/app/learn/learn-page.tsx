import { useEffect, useMemo, useRef, useState } from 'preact/hooks'
import { Icon } from '../parts/icon.tsx'
import { PageHead } from '../parts/page-head.tsx'
import { Empty, Loading } from '../parts/states.tsx'
import { base, go, place } from '../state/router.ts'
import { useShortcuts } from '../state/shortcuts.ts'
import { BlockList } from './block-list.tsx'
import type { Chapter } from './chapter.ts'
import { inlineText } from './plain-text.ts'
import { find } from './search.ts'

/** The chapters of the documentation, as they were when this version was built. */
export function LearnPage() {
  const [chapters, setChapters] = useState<readonly Chapter[] | undefined>()
  useEffect(() => void import('virtual:chapters').then((module) => setChapters(module.chapters)), [])
  if (chapters === undefined)
    return (
      <div class="page">
        <Loading lines={12} />
      </div>
    )
  return <Learn chapters={chapters} />
}

function Learn({ chapters }: { chapters: readonly Chapter[] }) {
  const { rest, anchor } = place.value
  const [text, setText] = useState('')
  const input = useRef<HTMLInputElement>(null)
  const chapter = rest === '' ? chapters[0] : chapters.find(({ id }) => id === rest)
  const at = chapter === undefined ? -1 : chapters.indexOf(chapter)
  useShortcuts([
    { keys: '/', label: 'Search the chapters', run: () => input.current?.select() },
    { keys: '[', label: 'Previous chapter', run: () => goTo(chapters[at - 1]) },
    { keys: ']', label: 'Next chapter', run: () => goTo(chapters[at + 1]) },
  ])
  useEffect(() => {
    if (anchor === '') scrollTo({ top: 0 })
    else document.getElementById(anchor)?.scrollIntoView()
  }, [chapter, anchor])
  return (
    <div class="page learn">
      <aside aria-label="Chapters">
        <input
          ref={input}
          type="text"
          aria-label="Search the chapters"
          placeholder="Search"
          value={text}
          onInput={(event) => setText(event.currentTarget.value)}
          onKeyDown={(event) => {
            if (event.key === 'Escape') setText('')
          }}
        />
        {text.trim() === '' ? <Contents chapters={chapters} current={chapter} /> : <Found chapters={chapters} text={text} />}
      </aside>
      <article>
        {chapter === undefined ? (
          <>
            <PageHead title="No such chapter" name="Learn" />
            <Empty title={`There is no chapter “${rest}”`}>Choose one of the list.</Empty>
          </>
        ) : (
          <>
            <PageHead title={chapter.title} name={chapter.title} />
            <BlockList blocks={chapter.blocks.slice(1)} />
            <Turn before={chapters[at - 1]} after={chapters[at + 1]} />
          </>
        )}
      </article>
    </div>
  )
}

function goTo(chapter: Chapter | undefined): void {
  if (chapter !== undefined) go(hrefOf(chapter))
}

function hrefOf({ id }: Chapter): string {
  return `${base}/learn/${id}`
}

function Contents({ chapters, current }: { chapters: readonly Chapter[]; current: Chapter | undefined }) {
  return (
    <ol>
      {chapters.map((chapter) => (
        <li key={chapter.id}>
          <a href={hrefOf(chapter)} aria-current={chapter === current ? 'page' : undefined}>
            {chapter.title}
          </a>
          {chapter === current ? (
            <ol>
              {chapter.blocks.flatMap((block) =>
                block[0] === 'h' && block[1] === 2 ? (
                  <li key={block[2]}>
                    <a href={`${hrefOf(chapter)}#${block[2]}`}>{inlineText(block[3])}</a>
                  </li>
                ) : (
                  []
                ),
              )}
            </ol>
          ) : null}
        </li>
      ))}
    </ol>
  )
}

function Found({ chapters, text }: { chapters: readonly Chapter[]; text: string }) {
  const found = useMemo(() => find(chapters, text), [chapters, text])
  if (found.length === 0) return <p class="faint">No chapter has these words.</p>
  return (
    <ol class="found">
      {found.map(({ chapter, heading, anchor, excerpt }, index) => (
        <li key={index}>
          <a href={`${hrefOf(chapter)}${anchor === '' ? '' : `#${anchor}`}`}>{heading}</a>
          <p class="faint">{excerpt}</p>
        </li>
      ))}
    </ol>
  )
}

function Turn({ before, after }: { before: Chapter | undefined; after: Chapter | undefined }) {
  return (
    <div class="turn">
      {before === undefined ? (
        <span />
      ) : (
        <a class="button" href={hrefOf(before)} rel="prev">
          <Icon name="left" /> {before.title}
        </a>
      )}
      {after === undefined ? null : (
        <a class="button" href={hrefOf(after)} rel="next">
          {after.title} <Icon name="right" />
        </a>
      )}
    </div>
  )
}
