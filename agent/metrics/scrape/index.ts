export { Scraper, type ScraperDeps, type ScrapeTarget } from './scraper.ts'
