export { ConfigBanner } from './ConfigBanner.tsx'
export { NoServices } from './NoServices.tsx'
