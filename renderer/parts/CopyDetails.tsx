import { Check, Copy } from 'lucide-react'
import { useState } from 'react'
import { Button } from './Button.tsx'
import { copyText } from './clipboard.ts'

/** For whoever looks into what failed: its words, and its name in the agent's log; nothing where it has no name. */
export function CopyDetails({ text, operation }: { text: string; operation: string | undefined }) {
  const [copied, setCopied] = useState<string>()
  if (operation === undefined) return null
  const isCopied = copied === operation
  const copy = async (): Promise<void> => {
    if (await copyText(`${text}\nOperation ${operation}`)) setCopied(operation)
  }
  return (
    <Button
      small
      look="quiet"
      icon={isCopied ? Check : Copy}
      title={`Operation ${operation}`}
      onClick={() => void copy()}
    >
      {isCopied ? 'Copied' : 'Copy details'}
    </Button>
  )
}
