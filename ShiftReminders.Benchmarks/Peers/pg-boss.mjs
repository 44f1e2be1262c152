// pg-boss at its best: batches of 500, four fetching workers, no waiting while batches come back full, marks and tokens
// for a batch in one statement, all of a batch's messages in flight at once.
import { PgBoss } from 'pg-boss'
import pg from 'pg'
import { close, database, markAndTokens, post, report, size } from './fcm.mjs'

const pool = new pg.Pool({ connectionString: database, max: 4 })
const boss = new PgBoss({ connectionString: database, max: 8, supervise: false, schedule: false })
boss.on('error', console.error)
await boss.start()
await boss.createQueue('reminders')

const { rows: people } = await pool.query('SELECT bench.person(n) AS id FROM generate_series(1, $1::bigint) n', [size])
const run = Date.now()
for (let at = 0; at < size; at += 1000) {
  await boss.insert('reminders', people.slice(at, at + 1000).map(({ id }) => ({ data: { nid: `boss-${run}-${id}`, user: id } })))
}
await pool.query('VACUUM ANALYZE')

let done = 0
const started = performance.now()
await boss.work('reminders', { batchSize: 500, localConcurrency: 4, pollingIntervalSeconds: 0.5, burstWhenBatchFull: true }, async jobs => {
  const { rows } = await pool.query(markAndTokens, [jobs.map(job => job.data.nid), jobs.map(job => job.data.user)])
  await Promise.all(rows.map(({ nid, token }) => post(nid, token)))
  done += rows.length
})
while (done < size) await new Promise(resolve => setTimeout(resolve, 5))
report(started)
await boss.stop({ graceful: true })
await pool.end()
close()
