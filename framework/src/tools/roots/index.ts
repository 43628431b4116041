export { roots, type RootsNeeds } from './roots.ts'
