import { chmodSync, copyFileSync, cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { SetupError } from './console.mjs'
import { root } from './files.mjs'
import { run } from './run.mjs'

const architectures = { x64: 'amd64', arm64: 'arm64' }
/** The newer name of a library is of distributions that moved to 64 bits of time. */
const depends = [
  'libgtk-3-0t64 | libgtk-3-0',
  'libnss3',
  'libasound2t64 | libasound2',
  'libgbm1',
  'libatspi2.0-0t64 | libatspi2.0-0',
  'libcups2t64 | libcups2',
  'libxss1',
]

const control = (version, kilobytes) => `Package: hxe
Version: ${version}
Section: admin
Priority: optional
Architecture: ${architectures[process.arch]}
Maintainer: HXE <hxe@localhost>
Installed-Size: ${kilobytes}
Depends: ${depends.join(', ')}
Recommends: xdg-utils
Description: A control panel for everything a machine runs
 A desktop control panel with a bundled agent. Services are described in HCL;
 the agent supervises them, keeps what they write, and says why one is not
 running. The hxe command shows and controls the same.
`

const desktopEntry = `[Desktop Entry]
Type=Application
Name=HXE
Comment=A control panel for everything a machine runs
Exec=/opt/HXE/hxe-panel %U
Icon=hxe-panel
Terminal=false
Categories=System;Monitor;
Keywords=services;supervisor;logs;
MimeType=x-scheme-handler/hxe;
StartupWMClass=HXE
`

/** Chromium's sandbox helper wants its set-uid bit where user namespaces are closed. */
const afterInstall = `#!/bin/sh
set -e
chown root:root /opt/HXE/chrome-sandbox
chmod 4755 /opt/HXE/chrome-sandbox
if command -v update-desktop-database >/dev/null; then update-desktop-database -q /usr/share/applications || true; fi
if command -v gtk-update-icon-cache >/dev/null; then gtk-update-icon-cache -qtf /usr/share/icons/hicolor || true; fi
`

const afterRemoval = `#!/bin/sh
set -e
if command -v update-desktop-database >/dev/null; then update-desktop-database -q /usr/share/applications || true; fi
`

/** Lays the files out as they are installed. */
function layOut(folder, unpacked, version, kilobytes) {
  const at = (...parts) => {
    const path = join(folder, ...parts)
    mkdirSync(join(path, '..'), { recursive: true })
    return path
  }
  cpSync(unpacked, at('opt', 'HXE'), { recursive: true, verbatimSymlinks: true })
  symlinkSync('/opt/HXE/hxe-panel', at('usr', 'bin', 'hxe-panel'))
  symlinkSync('/opt/HXE/resources/hxe/hxe', at('usr', 'bin', 'hxe'))
  writeFileSync(at('usr', 'share', 'applications', 'hxe-panel.desktop'), desktopEntry)
  copyFileSync(join(root, 'LICENSE'), at('usr', 'share', 'doc', 'hxe', 'copyright'))
  const icons = ['usr', 'share', 'icons', 'hicolor']
  copyFileSync(join(root, 'renderer', 'icon.svg'), at(...icons, 'scalable', 'apps', 'hxe-panel.svg'))
  copyFileSync(join(root, 'assets', 'icon.png'), at(...icons, '512x512', 'apps', 'hxe-panel.png'))
  writeFileSync(at('DEBIAN', 'control'), control(version, kilobytes))
  writeFileSync(at('DEBIAN', 'postinst'), afterInstall, { mode: 0o755 })
  writeFileSync(at('DEBIAN', 'postrm'), afterRemoval, { mode: 0o755 })
}

/** A Debian package of the unpacked app, with what Debian itself has for that: no network, no other tool. */
export async function buildDeb({ unpacked, release, version, level }) {
  const folder = mkdtempSync(join(release, '.deb-'))
  const name = `hxe_${version}_${architectures[process.arch]}.deb`
  try {
    // dpkg wants no bit for the group that would let it write.
    chmodSync(folder, 0o755)
    const { stdout } = await run('du', ['-sk', unpacked])
    layOut(folder, unpacked, version, Number.parseInt(stdout, 10))
    const options = ['--root-owner-group', '-Zgzip', `-z${level}`, '--build', folder, join(release, name)]
    const { code, stderr } = await run('dpkg-deb', options)
    if (code !== 0) throw new SetupError(`dpkg-deb did not work: ${stderr.trim()}`)
  } finally {
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 })
  }
  return join('release', name)
}
