// graphile-worker's batch jobs: one job is a list of 500 reminders, and what must be tried again stays in it. The queue
// then knows no reminder by itself: none can be cancelled, looked up or given a due time of its own.
import { remindAll } from './peer.mjs'
import { serveGraphile } from './graphile.mjs'

await serveGraphile({
  perJob: 500,
  worker: { concurrentJobs: 4 },
  async task(reminders, { job }) {
    const tried = reminders.map(reminder => ({ ...reminder, attempt: job.attempts }))
    const again = new Set(await remindAll(tried))
    return tried.map(reminder => again.has(reminder) ? Promise.reject(new Error('FCM asks to be tried again')) : Promise.resolve())
  }
})
