// graphile-worker at its best: a local queue of 500, 256 jobs at once, completions in batches. A job is one reminder:
// that is what its tasks are.
import { run, makeWorkerUtils, Logger } from 'graphile-worker'
import pg from 'pg'
import { close, database, markAndTokens, post, report, size } from './fcm.mjs'

const pool = new pg.Pool({ connectionString: database, max: 20 })
const utils = await makeWorkerUtils({ pgPool: pool })
await utils.migrate()
await pool.query(
  `SELECT graphile_worker.add_jobs(array_agg(('remind', json_build_object('nid', 'graphile-' || $2 || '-' || n, 'user', bench.person(n)),
     NULL, NULL, NULL, NULL, NULL, NULL)::graphile_worker.job_spec)) FROM generate_series(1, $1::bigint) n`, [size, Date.now()])
await pool.query('VACUUM ANALYZE')

let done = 0
const started = performance.now()
const runner = await run({
  pgPool: pool,
  logger: new Logger(() => () => {}),
  preset: {
    worker: {
      concurrentJobs: 256, pollInterval: 500, localQueue: { size: 500 }, completeJobBatchDelay: 0, failJobBatchDelay: 0
    }
  },
  taskList: {
    remind: async ({ nid, user }) => {
      const { rows } = await pool.query({ name: 'mark', text: markAndTokens, values: [[nid], [user]] })
      await post(rows[0].nid, rows[0].token)
      done++
    }
  }
})
while (done < size) await new Promise(resolve => setTimeout(resolve, 5))
report(started)
await runner.stop()
await utils.release()
await pool.end()
close()
