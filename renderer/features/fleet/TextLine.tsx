interface TextLineProps {
  label: string
  value: string
  placeholder?: string
  /** What nobody is to read over one's shoulder. */
  isSecret?: boolean
  /** Has the keyboard when its dialog opens. */
  isFirst?: boolean
  onChange: (value: string) => void
}

/** A field of one line, its name before it. */
export function TextLine(props: TextLineProps) {
  return (
    <div className="field-line">
      <span aria-hidden="true">{props.label}</span>
      <TextBox {...props} />
    </div>
  )
}

export function TextBox({
  label,
  value,
  placeholder = '',
  isSecret = false,
  isFirst = false,
  onChange,
}: TextLineProps) {
  return (
    <span className="input grow">
      <input
        type={isSecret ? 'password' : 'text'}
        aria-label={label}
        placeholder={placeholder}
        value={value}
        spellCheck={false}
        autoComplete="off"
        {...(isFirst ? { 'data-autofocus': '' } : {})}
        onChange={(event) => onChange(event.target.value)}
      />
    </span>
  )
}
