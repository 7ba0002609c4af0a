export { addressRefusal } from './addresses.ts'
export { DialError, describeFailure, dial, dialTls, encrypt } from './dial.ts'
export { callHttp } from './http.ts'
