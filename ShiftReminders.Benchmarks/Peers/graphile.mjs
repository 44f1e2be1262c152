// What the two ways of using graphile-worker share.
import { makeWorkerUtils, run, Logger } from 'graphile-worker'
import pg from 'pg'
import { database, serve } from './peer.mjs'

const addJobs = `
  SELECT graphile_worker.add_jobs(array_agg(('remind', payload, NULL, NULL, NULL, NULL, NULL, NULL)::graphile_worker.job_spec))
  FROM json_array_elements($1::json) AS payload`

export async function serveGraphile({ perJob, worker, task }) {
  const pgPool = new pg.Pool({ connectionString: database, max: 10 })
  pgPool.on('error', console.error)
  pgPool.on('connect', client => client.on('error', console.error))
  const utils = await makeWorkerUtils({ pgPool })
  await utils.migrate()
  await serve({
    async add(reminders) {
      const jobs = perJob === 1 ? reminders : chunks(reminders, perJob)
      for (const some of chunks(jobs, 1000)) await pgPool.query(addJobs, [JSON.stringify(some)])
    },
    async work() {
      const runner = await run({
        pgPool, noHandleSignals: true, logger: new Logger(() => () => {}), preset: { worker: { pollInterval: 500, ...worker } }, taskList: { remind: task }
      })
      return () => runner.stop()
    },
    async end() {
      await utils.release()
      await pgPool.end()
    }
  })
}

const chunks = (all, size) => Array.from({ length: Math.ceil(all.length / size) }, (_, at) => all.slice(at * size, (at + 1) * size))
