import { copyCommand } from '../fixes.ts'
import { clean, shellQuote } from '../words.ts'
import { first, type LineContext, type Pattern, says, type Told } from './pattern.ts'

/** Files that are missing or may not be touched. */

function missing(groups: RegExpExecArray, { facts }: LineContext): Told | undefined {
  const file = first(groups, 200)
  if (!file) return undefined
  const relative = !file.startsWith('/') && !/^[A-Za-z]:\\/.test(file) && facts.workingDir
  return {
    sentence: `The file ${file} does not exist${relative ? ` in ${clean(facts.workingDir ?? '')}` : ''}`,
    subject: file,
    fact: 'does not exist',
  }
}

const denied = (groups: RegExpExecArray, context: LineContext): Told => deniedFile(first(groups, 200), context)

function deniedFile(file: string, { facts }: LineContext): Told {
  const user = facts.user ? `The user ${clean(facts.user, 40)}` : 'Its user'
  return {
    sentence: file ? `${user} may not use ${file}` : `${user} lacks a permission that it needs`,
    ...(file && { subject: file }),
    fact: file
      ? `may not be used by ${facts.user ? clean(facts.user, 40) : 'its user'}`
      : 'was refused for want of a permission',
    ...(file.startsWith('/') && {
      fixes: [copyCommand('Copy the command that shows its rights', `ls -ld ${shellQuote(file)}`)],
    }),
  }
}

export const filePatterns: readonly Pattern[] = [
  says('no-directory', /\bcd: (?:can't cd to )?([^\s:]{1,300})(?:: No such file or directory)?$/, (folder) => ({
    sentence: `The directory ${folder} does not exist`,
    subject: folder,
    fact: 'does not exist',
  })),
  { id: 'enoent-node', match: /ENOENT: no such file or directory, \w+ '([^']{1,300})'/, tell: missing },
  {
    id: 'enoent-spawn',
    match: /spawn (\S{1,200}) ENOENT/,
    tell: (groups) => ({
      sentence: `It starts ${first(groups)}, which does not exist`,
      subject: first(groups),
      fact: 'is a program that does not exist',
    }),
  },
  {
    id: 'enoent-python',
    match: /(?:FileNotFoundError: )?\[Errno 2\] No such file or directory: '([^']{1,300})'/,
    tell: missing,
  },
  { id: 'python-script', match: /can't open file '([^']{1,300})'/, tell: missing },
  { id: 'perl-script', match: /Can't open perl script "([^"]{1,300})"/, tell: missing },
  { id: 'deno-module', match: /Module not found "(?:file:\/\/)?([^"]{1,300})"/, tell: missing },
  { id: 'enoent-nginx', match: /open\(\) "([^"]{1,300})" failed \(2:/, tell: missing },
  { id: 'enoent-java', match: /(?:NoSuchFileException|FileNotFoundException): ([^\s(]{1,300})/, tell: missing },
  { id: 'enoent-go', match: /\b(?:open|stat|chdir) ([^\s:]{1,300}): no such file or directory/, tell: missing },
  {
    id: 'cannot-open',
    match: /cannot (?:open|access|stat) ['"‘]?([^'"’:\s]{1,300})['"’]?: No such file/i,
    tell: missing,
  },
  { id: 'enoent-coreutils', match: /: ['"‘]?([^'"’:\s]{1,300})['"’]?: No such file or directory/, tell: missing },
  {
    id: 'eacces-node',
    match: /(?:EACCES|EPERM): (?:permission denied|operation not permitted), \w+ '([^']{1,300})'/,
    tell: denied,
  },
  { id: 'eacces-python', match: /\[Errno 1?3\] Permission denied: '([^']{1,300})'/, tell: denied },
  { id: 'eacces-nginx', match: /open\(\) "([^"]{1,300})" failed \(13:/, tell: denied },
  { id: 'eacces-go', match: /\b(?:open|mkdir|stat|unlink) ([^\s:]{1,300}): permission denied/, tell: denied },
  {
    id: 'eacces-coreutils',
    match: /(?:^|: |\b(?:open|execute|access|opening|reading) )['"‘]?([^'"’:\s]{1,300})['"’]?: Permission denied/,
    tell: denied,
  },
  {
    id: 'eacces',
    match: /\bpermission denied\b|\bEACCES\b|\bEPERM\b|operation not permitted/i,
    tell: (_, context) => deniedFile('', context),
  },
]
