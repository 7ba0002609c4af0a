export { FormView } from './FormView.tsx'
