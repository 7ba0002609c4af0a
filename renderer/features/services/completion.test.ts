import { describe, expect, it } from 'vitest'
import { service } from '../../store/samples.ts'
import { completionsFor, splitLastWord } from './completion.ts'

const services = [
  service({ name: 'a', tags: ['web', 'my edge'], app: 'webshop' }),
  service({ name: 'b', tags: ['web'], state: 'failed', health: 'unhealthy' }),
  service({ name: 'c', tags: ['queue'], type: 'cron', ports: [{ port: 3000 }] }),
]
const textsFor = (word: string) => completionsFor(word, services).map(({ text }) => text)

describe('the word being written', () => {
  it.each([
    ['state:failed we', { before: 'state:failed ', word: 'we' }],
    ['tag:"my e', { before: '', word: 'tag:"my e' }],
    ['web ', { before: 'web ', word: '' }],
  ])('of %s is found', (text, split) => expect(splitLastWord(text)).toEqual(split))

  it('is completed with keys', () => {
    expect(textsFor('ta')).toEqual(['tag:'])
    expect(textsFor('-t')).toEqual(['-tag:', '-type:'])
  })

  it('is completed with the values that are there, the most frequent first', () => {
    expect(completionsFor('tag:', services)[0]).toEqual({ text: 'tag:web', count: 2 })
    expect(textsFor('state:')).toEqual(expect.arrayContaining(['state:failed', 'state:attention', 'state:running']))
    expect(textsFor('port:3')).toEqual(['port:3000'])
    expect(textsFor('-tag:q')).toEqual(['-tag:queue'])
  })

  it('has quotes where a value has a space', () => {
    expect(textsFor('tag:my')).toEqual(['tag:"my edge"'])
    expect(textsFor('tag:"my e')).toEqual(['tag:"my edge"'])
  })

  it('is found among values of all keys', () => {
    expect(textsFor('web')).toEqual(['tag:web', 'app:webshop'])
  })

  it('has nothing to become while it is empty', () => expect(textsFor('')).toEqual([]))
})
