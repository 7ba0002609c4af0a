export { answerForecast } from './desk.ts'
export { forecastOf } from './forecast.ts'
