import { resolve } from 'node:path'

/** npm runs a script in the package's folder: paths are meant from where the person is. */
export function absolutePaths(args) {
  const from = process.env.INIT_CWD ?? process.cwd()
  const takesPath = (argument) => argument === '--config' || argument === '--data-dir'
  return args.map((argument, index) => {
    const [, flag, path] = argument.match(/^(--config|--data-dir)=(.+)$/) ?? []
    if (flag) return `${flag}=${resolve(from, path)}`
    return takesPath(args[index - 1] ?? '') ? resolve(from, argument) : argument
  })
}
