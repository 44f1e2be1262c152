// pg-boss at its best: batches of 500, four fetching workers, no waiting while batches come back full. A batch's jobs are
// completed by pg-boss in one statement; only what must be tried again is failed by name.
import { PgBoss } from 'pg-boss'
import { database, remindAll, serve } from './peer.mjs'

const queue = 'reminders'
const boss = new PgBoss({ connectionString: database, max: 8, supervise: false, schedule: false })
boss.on('error', console.error)
await boss.start()
await boss.createQueue(queue, { retryLimit: 5, retryBackoff: true })

await serve({
  async add(reminders) {
    for (let at = 0; at < reminders.length; at += 1000) await boss.insert(queue, reminders.slice(at, at + 1000).map(data => ({ data })))
  },
  async work() {
    await boss.work(queue, { batchSize: 500, localConcurrency: 4, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true }, async jobs => {
      const again = await remindAll(jobs.map(({ id, data, retryCount }) => ({ ...data, id, attempt: (retryCount ?? 0) + 1 })))
      if (again.length > 0) await boss.fail(queue, again.map(({ id }) => id))
    })
    return () => boss.offWork(queue, { wait: true })
  },
  end: () => boss.stop({ graceful: true })
})
