import { Braces, ChevronRight, type LucideIcon, Plus } from 'lucide-react'
import { Icon, KeyCaps } from '../../parts/index.ts'
import { Link } from '../../router/index.ts'
import { Desktop } from '../settings/index.ts'
import { FromProject } from './FromProject.tsx'

/** Where nothing runs yet: what a person starts by hand is found, and the desktop is asked about once. */
export function FirstRun({ file }: { file: string }) {
  return (
    <div className="page add">
      <FromProject
        head={
          <>
            <p className="lead">Nothing runs under HXE yet</p>
            <p className="dim">
              Choose the folder of a project that you start by hand. HXE keeps it running, measures it and tells you
              when it breaks. Nothing is changed or run in your projects.
            </p>
          </>
        }
        foot={
          <>
            <h2 className="h2">Or begin with</h2>
            <div className="card starts">
              <Start to="/add" icon={Plus} name="A form" text="One service: name, command, port" />
              <Start to="/configuration" icon={Braces} name="The editor" text={file} />
            </div>
          </>
        }
        aside={
          <>
            {window.hxe && <Desktop bridge={window.hxe} />}
            <p className="faint sm keys-hint">
              <KeyCaps keys="mod+k" /> finds any service or command. <KeyCaps keys="?" /> shows all keys.
            </p>
          </>
        }
      />
    </div>
  )
}

function Start({ to, icon, name, text }: { to: string; icon: LucideIcon; name: string; text: string }) {
  return (
    <Link to={to} className="start">
      <Icon of={icon} />
      <span className="grow">
        <span className="medium">{name}</span>
        <span className="sm faint cut">{text}</span>
      </span>
      <Icon of={ChevronRight} size={14} />
    </Link>
  )
}
