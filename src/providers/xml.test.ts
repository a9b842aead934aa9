import { describe, expect, test } from 'vitest'
import { parseXml, type XmlElement } from './xml.ts'

/** As plain data: name, attributes, text, children. */
function plain(element: XmlElement | undefined): unknown {
  if (!element) return undefined
  const { name, attributes, text, children } = element
  return [name, Object.fromEntries(attributes), text.trim(), children.map(plain)]
}

describe('parseXml', () => {
  test('gives elements, attributes and text', () => {
    const text = `<?xml version="1.0" encoding="UTF-8"?>
      <a x="1" y='&quot;2&quot;'><!-- a comment --><b/>t &lt;&#x263a;&#33;<c-d>x</c-d></a>\n`
    expect(plain(parseXml(text))).toEqual([
      'a',
      { x: '1', y: '"2"' },
      't <☺!',
      [
        ['b', {}, '', []],
        ['c-d', {}, 'x', []],
      ],
    ])
  })

  test.each([
    ['nothing', ''],
    ['text alone', 'text'],
    ['two outermost elements', '<a/><b/>'],
    ['text after it', '<a/>text'],
    ['an element that is not closed', '<a><b></b>'],
    ['elements that cross', '<a><b></a></b>'],
    ['an end without a beginning', '</a>'],
    ['a tag that is cut off', '<a><b'],
    ['an attribute twice', '<a x="1" x="2"/>'],
    ['an attribute at an end', '<a></a x="1">'],
    ['a document type', '<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>'],
    ['a document type inside', '<a><!DOCTYPE a></a>'],
    ['an entity that is not known', '<a>&x;</a>'],
    ['an entity that is not closed', '<a>&lt</a>'],
    ['an entity of the prototype', '<a>&constructor;</a>'],
    ['a character that is none', '<a>&#xd800;</a>'],
    ['a character over the last', '<a>&#x110000;</a>'],
    ['an instruction inside', '<a><?php ?></a>'],
  ])('%s is none', (_title, text) => {
    expect(parseXml(text)).toBeUndefined()
  })

  test('is bounded in depth, and takes long text in a moment', () => {
    const nested = (depth: number) => '<a>'.repeat(depth) + '</a>'.repeat(depth)
    expect(parseXml(nested(64))).toBeDefined()
    expect(parseXml(nested(65))).toBeUndefined()
    const startedAt = performance.now()
    for (const part of ['<a x="', '<!--', '&', '<a ', ' x = ', '<a/>']) {
      parseXml(`<a>${part.repeat(20_000)}`)
    }
    expect(performance.now() - startedAt).toBeLessThan(2_000)
  })
})
