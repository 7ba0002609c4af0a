import type { LucideIcon } from 'lucide-react'
import type { ButtonHTMLAttributes } from 'react'
import { Icon } from './Icon.tsx'

interface ButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  look?: 'outline' | 'primary' | 'quiet' | 'danger'
  small?: boolean
  icon?: LucideIcon | undefined
}

export function Button({ look = 'outline', small = false, icon, children, className = '', ...rest }: ButtonProps) {
  const classes = ['btn', look === 'outline' ? '' : look, small ? 'sm' : '', className]
  return (
    <button type="button" className={classes.filter(Boolean).join(' ')} {...rest}>
      {icon && <Icon of={icon} size={small ? 12 : 14} />}
      {children}
    </button>
  )
}

interface IconButtonProps extends ButtonHTMLAttributes<HTMLButtonElement> {
  icon: LucideIcon | undefined
  /** Its name, which is also its tooltip. */
  label: string
  small?: boolean
}

export function IconButton({ icon, label, small = false, className = '', ...rest }: IconButtonProps) {
  const classes = `btn icon quiet ${small ? 'sm' : ''} ${className}`
  return (
    <button type="button" className={classes} aria-label={label} title={label} {...rest}>
      {icon && <Icon of={icon} size={small ? 14 : 16} />}
    </button>
  )
}
