import { config } from 'zod'

// To be imported before any schema: building one would try `new Function`, which the page's policy refuses and reports.
config({ jitless: true })
