/** The sign of HXE, in the colour of the text around it. */
export function Mark() {
  return (
    <svg className="mark" viewBox="0 0 16 16" aria-hidden="true">
      <path
        d="M6.25 1.6 1.75 4.3v7.4l4.5 2.7V9.6h3.5v4.8l4.5-2.7V4.3l-4.5-2.7v4.8h-3.5z"
        fill="currentColor"
        stroke="currentColor"
        strokeWidth=".6"
        strokeLinejoin="round"
      />
    </svg>
  )
}
