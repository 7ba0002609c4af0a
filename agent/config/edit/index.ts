export { type AlertEdit, type AlertEdited, editAlert } from './alert.ts'
export { editForm, readForm } from './form.ts'
export { type JsonObject, plainStyle, printBlock, quoteText, type Style } from './print.ts'
export { type EditAnswer, type EditRequest, editService } from './request.ts'
