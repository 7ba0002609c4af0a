export { addressRefusal, type DialPolicy } from './addresses.ts'
export { DialError, type DialTarget, dial, dialTls } from './dial.ts'
export { callHttp, type HttpAnswer, type HttpCall } from './http.ts'
