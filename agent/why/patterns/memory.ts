import { copyCommand, openFile } from '../fixes.ts'
import { type Pattern, says, type Told } from './pattern.ts'

/** Memory, disk and other room that ran out. */

const outOf = (what: string, subject?: string): Told => ({
  sentence: `It ran out of ${what}`,
  ...(subject && { subject }),
  fact: `ran out of ${what}`,
})

export const memoryPatterns: readonly Pattern[] = [
  says('node-heap', /JavaScript heap out of memory|Reached heap limit/, () => outOf('heap memory (V8’s own limit)')),
  says('java-heap', /java\.lang\.OutOfMemoryError(?:: (.{1,80}))?/, (which) =>
    outOf(`memory of the Java virtual machine${which ? ` (${which})` : ''}`),
  ),
  says('php-memory', /Allowed memory size of (\d+) bytes exhausted/, (size) =>
    outOf(`the ${size} bytes of memory that PHP allows it`),
  ),
  says('python-memory', /^MemoryError\b/, () => outOf('memory')),
  says(
    'memory',
    /std::bad_alloc|fatal error: runtime: (?:cannot allocate|out of) memory|\bCannot allocate memory\b|\bENOMEM\b|memory allocation of \d+ bytes failed/,
    () => outOf('memory'),
  ),
  says(
    'file-watchers',
    /file watchers? (?:limit )?reached|inotify_(?:init|add_watch).{0,80}(?:No space left|limit|Too many open)|ENOSPC.{0,40}\bwatch\b/i,
    () => ({
      sentence: 'The system’s limit of watched files is reached',
      subject: 'fs.inotify.max_user_watches',
      fact: 'is used up; the disk is not full',
      fixes: [copyCommand('Copy the command that raises the limit', 'sudo sysctl fs.inotify.max_user_watches=524288')],
    }),
  ),
  says('disk-full', /\bENOSPC\b|No space left on device|disk (?:is )?full|database or disk is full/i, () => ({
    sentence: 'The disk is full',
    subject: 'disk',
    fact: 'has no space left',
    fixes: [copyCommand('Copy the command that shows the disks', 'df -h && df -i')],
  })),
  says('quota', /\bEDQUOT\b|Disk quota exceeded/i, () => ({
    sentence: 'The disk quota is used up',
    subject: 'disk quota',
    fact: 'is used up',
  })),
  says('read-only', /\bEROFS\b|Read-only file system/i, () => ({
    sentence: 'The file system is read-only',
    subject: 'file system',
    fact: 'takes no writes',
  })),
  {
    id: 'open-files',
    match: /\bEMFILE\b|too many open files/i,
    tell: (_, { facts }) => ({
      sentence: 'It has too many files or connections open',
      fact: 'has reached its limit of open files, which “nofile” in “resources” sets',
      fixes: [openFile(facts.range)],
    }),
  },
  says(
    'processes',
    /(?:\bEAGAIN\b.{0,40}\b(?:fork|spawn)|(?:fork|spawn|pthread_create|can't start new thread).{0,60}(?:Resource temporarily unavailable|\bEAGAIN\b)|can't start new thread|unable to create (?:new )?native thread)/i,
    () => ({
      sentence: 'It may not start any more processes or threads',
      fact: 'has reached the limit of processes',
    }),
  ),
  says('segfault', /\bSegmentation fault\b|SIGSEGV|segfault at/i, () => ({
    sentence: 'A program of it crashed: it reached for memory that is not its own',
    fact: 'crashed: it reached for memory that is not its own (SIGSEGV)',
  })),
]
