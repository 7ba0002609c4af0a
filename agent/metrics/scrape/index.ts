export { Scraper, type ScrapeTarget } from './scraper.ts'
