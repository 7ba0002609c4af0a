export { addressRefusal } from './addresses.ts'
export { DialError, dial, dialTls } from './dial.ts'
export { callHttp } from './http.ts'
