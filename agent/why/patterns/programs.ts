import { copyCommand } from '../fixes.ts'
import { baseName, clean, shellQuote } from '../words.ts'
import { first, type LineContext, type Pattern, says, type Told } from './pattern.ts'

/** Programs, modules, scripts and versions that are not there or do not fit. */

function moduleMissing(name: string, what: string): Told {
  return { sentence: `The ${what} ${name} is not installed`, subject: name, fact: `is a ${what} that cannot be found` }
}

function nodeModule(groups: RegExpExecArray, { facts }: LineContext): Told {
  const name = first(groups)
  if (/^(?:\.{0,2}\/|[A-Za-z]:\\|file:)/.test(name)) {
    const file = name.replace(/^file:\/\//, '')
    return { sentence: `The file ${file} does not exist`, subject: file, fact: 'does not exist' }
  }
  const where = facts.workingDir ? `cd ${shellQuote(facts.workingDir)} && ` : ''
  return {
    ...moduleMissing(name, 'module'),
    fixes: [copyCommand('Copy the command that installs modules', `${where}npm install`)],
  }
}

/** Class files carry a version 44 above that of the Java that reads them. */
function javaVersion(groups: RegExpExecArray): Told {
  const [needed, present] = [Number(groups[1]) - 44, Number(groups[2]) - 44]
  return {
    sentence: `It needs Java ${needed}, and this is Java ${present}`,
    subject: 'java',
    fact: `is version ${present}; the program was built for ${needed}`,
  }
}

const commandNotFound = (command: string): Told => ({
  sentence: `Command not found: ${command}`,
  subject: command,
  fact: 'is not in any folder of PATH',
})

const libraryMissing = (library: string): Told => ({
  sentence: `The shared library ${library} is not installed`,
  subject: library,
  fact: 'is a shared library that cannot be found',
})

export const programPatterns: readonly Pattern[] = [
  { id: 'node-module', match: /\bCannot find (?:module|package) ['"]([^'"]{1,300})['"]/, tell: nodeModule },
  says('python-module', /\bModuleNotFoundError: No module named '?([^'\s]{1,200})/, (name) =>
    moduleMissing(name, 'Python module'),
  ),
  says('python-import', /\bImportError: (.{1,200})/, (text) => ({
    sentence: `Python cannot import what it needs: ${text}`,
    fact: `ImportError: ${text}`,
  })),
  says('java-class', /(?:ClassNotFoundException:?|Could not find or load main class) ([\w.$/]{1,200})/, (name) => ({
    sentence: `The Java class ${name} cannot be found`,
    subject: name,
    fact: 'is not on the class path',
  })),
  says('java-archive', /Unable to access jarfile (.{1,200})/, (file) => ({
    sentence: `The file ${file} does not exist`,
    subject: file,
    fact: 'cannot be read as a Java archive',
  })),
  {
    id: 'java-version',
    match: /UnsupportedClassVersionError.{0,300}?class file version (\d+)\.\d+.{0,200}?up to (\d+)\.\d+/,
    tell: javaVersion,
  },
  says('java-home', /\bJAVA_HOME\b.{0,60}\b(?:not (?:set|defined)|invalid)/, () => ({
    sentence: 'JAVA_HOME is not set to a Java that exists',
    subject: 'JAVA_HOME',
    fact: 'is not set to a Java that exists',
  })),
  says('ruby-gem', /cannot load such file -- (\S{1,200})/, (name) => moduleMissing(name, 'Ruby library')),
  says('ruby-bundle', /Could not find (\S{1,120}) in (?:any of the sources|locally installed gems)/, (name) =>
    moduleMissing(name, 'gem'),
  ),
  says('perl-module', /Can't locate (\S{1,200}) in @INC/, (name) => moduleMissing(name, 'Perl module')),
  says('php-file', /Failed opening required '([^']{1,200})'/, (file) => ({
    sentence: `The file ${file} does not exist`,
    subject: file,
    fact: 'is required and cannot be opened',
  })),
  says('dotnet-assembly', /Could not load file or assembly '([^',]{1,200})/, (name) =>
    moduleMissing(name, '.NET assembly'),
  ),
  says('shared-library', /error while loading shared libraries: ([^:\s]{1,200}):/, libraryMissing),
  says('library-version', /version [`']((?:GLIBC|GLIBCXX|CXXABI)_[\d.]+)' not found/, (version) => ({
    sentence: `It needs ${version.replace('_', ' ')}, which this system does not have: it was built for a newer one`,
    subject: version.replace('_', ' '),
    fact: 'is newer than what this system has',
  })),
  says('npm-script', /(?:Missing script:|ERR_PNPM_NO_SCRIPT\S*\s+Missing script:) ?["']?([^"'\s]{1,100})/, (name) => ({
    sentence: `package.json has no script named ${name}`,
    subject: 'package.json',
    fact: `has no script named ${name}`,
  })),
  {
    id: 'npm-no-package',
    match: /(?:ENOENT.{0,80}|Could not read |Couldn't find a? ?)((?:["'][^"']{0,200})?package\.json)\b/,
    tell: (_, { facts }) => ({
      sentence: `There is no package.json in ${facts.workingDir ? clean(facts.workingDir) : 'its working directory'}`,
      subject: facts.workingDir ? clean(facts.workingDir) : 'working directory',
      fact: 'has no package.json',
    }),
  },
  says('npx-unknown', /could not determine executable to run|npm (?:ERR!|error) 404\b/, () => ({
    sentence: 'The package that it is to run does not exist',
    fact: 'names a package that does not exist',
  })),
  says('make-target', /No rule to make target [`'‘]([^'’]{1,120})/, (target) => ({
    sentence: `There is no rule ${target} in its Makefile`,
    subject: 'Makefile',
    fact: `has no rule ${target}`,
  })),
  says('env-not-found', /\benv: [‘'"]?([^’'":]{1,120})[’'"]?: No such file or directory/, commandNotFound),
  says('shell-not-found', /(?:^|: )([^\s:]{1,120}): (?:command )?not found\s*$/, commandNotFound),
  says('zsh-not-found', /\bcommand not found: (\S{1,120})/, commandNotFound),
  says('node-engine', /The engine "?(\w+)"? is incompatible with this module/, (engine) => versionUnfit(engine)),
  says('npm-engine', /EBADENGINE|Unsupported engine/, () => versionUnfit('node')),
  says(
    'node-version',
    /(?:requires|need|needs|upgrade to|at least) (?:a newer version of )?Node(?:\.js|JS)? ?(?:version )?((?:[v><=^~]*\d[\d.x]*)?)/i,
    (version) => versionUnfit('node', version),
  ),
  says('python-version', /(?:requires|needs) (?:a different )?Python ?((?:[><=~]*\s?\d[\d.]*)?)/i, (version) =>
    versionUnfit('python', version),
  ),
  says(
    'unknown-option',
    /(?:bad option|unknown option|unrecognized option|unrecognized arguments|illegal option|unknown flag|flag provided but not defined|unexpected argument|No such option)(?:\s--\s|[:\s]+)['"‘]?(-{0,2}\w[\w=./-]{0,80})/i,
    (option) => ({
      sentence: `It does not know the option ${option}`,
      subject: 'command',
      fact: `uses the option ${option}, which the program does not know`,
    }),
  ),
  says('no-docker', /Cannot connect to the Docker daemon at (\S{1,120})/, (address) => ({
    sentence: 'The Docker daemon does not run',
    subject: address.replace(/\.$/, ''),
    fact: 'does not answer: the Docker daemon does not run, or this user may not use it',
  })),
  says(
    'no-terminal',
    /(?:input device is not a TTY|stdin (?:is not|isn't) a (?:tty|terminal)|a terminal is required|no tty present)/i,
    () => ({
      sentence: 'It wants a terminal, which a service does not have',
      fact: 'wants a terminal, which a service does not have',
    }),
  ),
  says(
    'exec-format',
    /(?<![^\s:])([^\s:]{1,200}): (?:cannot execute(?: binary file)?: )?Exec format error/,
    (file) => ({
      sentence: `${baseName(file)} is not a program for this machine`,
      subject: file,
      fact: 'is built for another kind of machine, or has no “#!” line',
    }),
  ),
  says('bad-interpreter', /(?<![^\s:])([^\s:]{1,200}): bad interpreter/, (file) => ({
    sentence: `${file} is named by a “#!” line and does not exist`,
    subject: file,
    fact: 'does not exist',
  })),
]

function versionUnfit(engine: string, version = ''): Told {
  const name = engine === 'node' ? 'Node' : engine === 'python' ? 'Python' : engine
  return {
    sentence: `It needs another version of ${name}${version ? `: ${version.trim()}` : ''}`,
    subject: engine,
    fact: `is not of the version that it needs${version ? `: ${version.trim()}` : ''}`,
  }
}
