// A peer is told on its standard input what to do: 'fill N' queues the reminders of N new shifts, 'go' does them all and
// is answered with the seconds that took. Ends with its input.
import { createInterface } from 'node:readline'
import pg from 'pg'
import { close } from './fcm.mjs'
import { remind } from './reminders.mjs'
import { setting } from './setting.mjs'

export const database = setting('PEER_DATABASE')
// Planned once: what a statement for one reminder costs is mostly its planning.
export const pool = new pg.Pool({ connectionString: database, max: 8, options: '-c plan_cache_mode=force_generic_plan' })

const shiftsAfter = `
  SELECT 'shift-' || id || '-' || assigned_user_id || '-start_15' AS nid, id::integer AS shift, assigned_user_id AS user, start_at::text AS anchor
  FROM public.duty_schedules WHERE id > $1 ORDER BY id`

let started = 0
let done = 0

// Counted from the first reminder that the queue hands over, so that its start costs it nothing.
export async function remindAll(reminders) {
  if (started === 0) started = performance.now()
  const again = await remind(pool, reminders)
  done += reminders.length - again.length
  return again
}

// `queue.add` takes reminders, `queue.work` begins to hand them to remindAll and resolves with how to stop that.
export async function serve(queue) {
  console.log('ready')
  for await (const line of createInterface({ input: process.stdin })) {
    const [verb, size] = line.split(' ')
    console.log(verb === 'fill' ? await fill(queue, Number(size)) : await drain(queue))
  }
  await queue.end()
  await pool.end()
  close()
}

let waiting = 0

async function fill(queue, size) {
  const { rows: [{ newest }] } = await pool.query('SELECT coalesce(max(id), 0) AS newest FROM public.duty_schedules')
  await pool.query("SELECT bench.add_shifts($1, clock_timestamp(), interval '0')", [size])
  const { rows } = await pool.query(shiftsAfter, [newest])
  await queue.add(rows)
  waiting = rows.length
  return waiting
}

async function drain(queue) {
  started = done = 0
  const stop = await queue.work()
  while (done < waiting) await new Promise(resolve => setTimeout(resolve, 2))
  const seconds = (performance.now() - started) / 1000
  await stop()
  return seconds
}
