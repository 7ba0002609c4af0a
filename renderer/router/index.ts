export { Link } from './Link.tsx'
export { followHistory, navigate, useLocation, useParameter } from './location.ts'
export { editorPath, matchRoute, type Route, type ServiceTab, servicePath, serviceTabs, withQuery } from './routes.ts'
