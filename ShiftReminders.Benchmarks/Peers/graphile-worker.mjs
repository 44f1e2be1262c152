// graphile-worker at its best with a job for each reminder: a local queue, completions in batches, and what many jobs ask
// of the database at one time gathered into one statement, as its users' loaders do.
import { gather } from './gather.mjs'
import { serveGraphile } from './graphile.mjs'
import { remindAll } from './peer.mjs'

const remindOne = gather(250, async reminders => {
  const again = new Set(await remindAll(reminders))
  return reminders.map(reminder => !again.has(reminder))
})

await serveGraphile({
  perJob: 1,
  worker: { concurrentJobs: 1000, localQueue: { size: 1000 }, completeJobBatchDelay: 0, failJobBatchDelay: 0 },
  async task(reminder, { job }) {
    if (!await remindOne({ ...reminder, attempt: job.attempts })) throw new Error('FCM asks to be tried again')
  }
})
