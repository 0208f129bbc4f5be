// What feedsmith sees in a document: one line of JSON for each entry.
import { readFileSync } from 'node:fs'
import { parseFeed } from 'feedsmith'

const { format, feed } = parseFeed(readFileSync(process.argv[2], 'utf8'))
const names = (people) => (people ?? []).map((person) => person?.name ?? person)
const read = {
  rss: (item) => [
    item.guid?.value,
    item.title,
    item.pubDate,
    item.authors?.length
      ? item.authors.map((author) => String(author?.name ?? author).replace(/^.*\((.*)\)$/, '$1'))
      : (item.dc?.creators ?? (item.dc?.creator ? [item.dc.creator] : [])),
  ],
  atom: (entry) => [entry.id, entry.title?.value ?? entry.title, entry.published, names(entry.authors)],
  json: (item) => [item.id, item.title, item.date_published, names(item.authors)],
}[format]
for (const entry of feed.items ?? feed.entries ?? []) {
  const [id, title, date, authors] = read(entry)
  console.log(JSON.stringify([id, title, new Date(date).getTime() / 1000, authors]))
}
