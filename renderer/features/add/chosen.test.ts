import { describe, expect, it } from 'vitest'
import { type Candidate, chosenAtFirst, isUsable, requestOf, toggleFile, toggleName } from './chosen.ts'

const scripts: Candidate = { file: 'package.json', kind: 'package', services: ['dev'], others: ['build', 'lint'] }
const library: Candidate = { file: 'lib/package.json', kind: 'package', services: [], others: ['build'] }
const code: Candidate = { file: 'ecosystem.config.js', kind: 'pm2', services: [], others: [], code: true }
const broken: Candidate = { file: 'compose.yml', kind: 'compose', services: [], others: [], problem: 'Line 3: …' }

describe('what is chosen of the files found', () => {
  it('is at first all that keeps running, and no code', () => {
    expect(chosenAtFirst([scripts, library, code, broken])).toEqual({ 'package.json': null })
  })

  it('takes a file with what keeps running in it, or with the rest where nothing does', () => {
    expect(toggleFile({}, scripts)).toEqual({ 'package.json': null })
    expect(toggleFile({}, library)).toEqual({ 'lib/package.json': ['build'] })
    expect(toggleFile({}, code)).toEqual({ 'ecosystem.config.js': null })
    expect(toggleFile({ 'package.json': ['dev'] }, scripts)).toEqual({})
  })

  it('takes single names, and lets go of the file with the last of them', () => {
    expect(toggleName({ 'package.json': null }, scripts, 'build', false)).toEqual({ 'package.json': ['dev', 'build'] })
    expect(toggleName({ 'package.json': ['dev', 'build'] }, scripts, 'dev', false)).toEqual({
      'package.json': ['build'],
    })
    expect(toggleName({ 'package.json': null }, scripts, 'dev', false)).toEqual({})
    expect(toggleName({}, scripts, 'lint', false)).toEqual({ 'package.json': ['lint'] })
  })

  it('has the images of a compose file in it once docker may start them', () => {
    const stack: Candidate = { file: 'compose.yml', kind: 'compose', services: ['api'], others: ['database'] }
    expect(toggleName({ 'compose.yml': null }, stack, 'api', true)).toEqual({ 'compose.yml': ['database'] })
    expect(toggleName({ 'compose.yml': null }, stack, 'api', false)).toEqual({})
  })

  it('asks to run only code that is still chosen', () => {
    const chosen = { 'package.json': ['dev'], 'ecosystem.config.js': null }
    expect(requestOf('/shop', chosen, true, ['ecosystem.config.js', 'other.js'])).toEqual({
      folder: '/shop',
      files: [{ file: 'package.json', services: ['dev'] }, { file: 'ecosystem.config.js' }],
      docker: true,
      run: ['ecosystem.config.js'],
    })
  })

  it('is nothing of a file that cannot be read', () => {
    expect([scripts, library, code, broken].map(isUsable)).toEqual([true, true, true, false])
  })
})
