// graphile-worker at its best with a job for each reminder: a local queue, and completions in batches. What many jobs ask
// of the database at one time can be gathered into one statement besides, as a loader does: for as many as the argument says.
import { gather } from './gather.mjs'
import { serveGraphile } from './graphile.mjs'
import { remindAll } from './peer.mjs'

const together = Number(process.argv[2])

const remindOne = gather(together, async reminders => {
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
