export { Link } from './Link.tsx'
export { followHistory, hostOfStep, keepHostOfStep, navigate, useLocation, useParameter } from './location.ts'
export { editorPath, matchRoute, type Route, type ServiceTab, servicePath, serviceTabs, withQuery } from './routes.ts'
