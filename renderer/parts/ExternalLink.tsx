import type { AnchorHTMLAttributes, MouseEvent } from 'react'

interface ExternalLinkProps extends Omit<AnchorHTMLAttributes<HTMLAnchorElement>, 'href' | 'target' | 'rel'> {
  url: string
}

/** Opens an address outside the panel, after a person's click or key. */
export function openExternal(url: string): void {
  if (window.hxe?.openExternal) window.hxe.openExternal(url)
  else window.open(url, '_blank', 'noopener,noreferrer')
}

/** A link out of the panel: by the main process in the window, which opens no windows of its own, else in a new tab. */
export function ExternalLink({ url, children, ...rest }: ExternalLinkProps) {
  const follow = (event: MouseEvent<HTMLAnchorElement>): void => {
    if (!window.hxe?.openExternal) return
    event.preventDefault()
    window.hxe.openExternal(url)
  }
  return (
    <a href={url} target="_blank" rel="noreferrer" onClick={follow} {...rest}>
      {children}
    </a>
  )
}
