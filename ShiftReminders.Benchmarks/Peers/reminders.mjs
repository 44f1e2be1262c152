// What a peer does with a batch of reminders, whatever queue they came from; a reminder is { nid, shift, user, anchor }.
// 'full' is the product's work: judge against the live shift, mark, POST, record an attempt. 'light' is mark and POST.
import { readFileSync } from 'node:fs'
import { deliver, messageOf } from './fcm.mjs'
import { setting } from './setting.mjs'

const statement = name => ({ name, text: readFileSync(new URL(`${name}.sql`, import.meta.url), 'utf8') })
const judgeAndMark = statement('judge-and-mark')
const record = statement('record')
const mark = statement('mark')
const siteZone = 'UTC'
const clocks = new Map()

// Resolves with those that must be tried again.
export const remind = setting('PEER_WORK') === 'full' ? remindFully : remindLightly

async function remindFully(pool, reminders) {
  const claimedAt = new Date().toISOString()
  const { rows } = await pool.query({
    ...judgeAndMark,
    values: [column(reminders, 'nid'), column(reminders, 'shift'), column(reminders, 'user'), column(reminders, 'anchor')]
  })
  const judged = new Map(rows.map(row => [row.nid, row]))
  const attempts = await Promise.all(reminders.map(async ({ nid, shift, attempt }) => {
    const devices = await send(judged.get(nid), shift)
    return { nid, reminder_id: shift, attempt, claimed_at: claimedAt, outcome: outcomeOf(judged.get(nid).verdict, devices), devices }
  }))
  const again = new Set(attempts.filter(({ outcome }) => outcome === 'transient').map(({ nid }) => nid))
  await pool.query({ ...record, values: [JSON.stringify(attempts), [...again]] })
  return reminders.filter(({ nid }) => again.has(nid))
}

const column = (reminders, name) => reminders.map(reminder => reminder[name])

function send({ nid, verdict, start_at, seconds_left, label, time_zone, ids, tokens, platforms }, shift) {
  if (verdict !== 'deliver') return []
  const text = {
    title: `Your shift starts at ${clockTime(start_at, time_zone ?? siteZone)}`,
    body: `Remember to check in when you arrive. ${label ?? ''}`.trim(),
    data: { notification_id: nid, schedule_id: `${shift}`, notify_type: 'start_15', due: due(start_at) },
    secondsLeft: seconds_left
  }
  return Promise.all(tokens.map((token, at) => deliver(messageOf(nid, token, text), { device: ids[at], platform: platforms[at] })))
}

const due = startAt => `${new Date(startAt - 15 * 60_000).toISOString().slice(0, 19)}Z`

// Making a formatter costs a hundred times what using it does.
function clockTime(at, timeZone) {
  if (!clocks.has(timeZone)) clocks.set(timeZone, new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit' }))
  return clocks.get(timeZone).format(at)
}

function outcomeOf(verdict, devices) {
  if (verdict !== 'deliver') return verdict
  const accepted = devices.filter(({ outcome }) => outcome === 'accepted').length
  if (accepted > 0) return accepted === devices.length ? 'accepted' : 'partial'
  return devices.find(({ outcome }) => outcome === 'transient')?.outcome ?? devices[0].outcome
}

const lightText = {
  title: 'Your shift starts at 09:00', body: 'Remember to check in when you arrive. Store 42', data: { notify_type: 'start_15' }, secondsLeft: 900
}

async function remindLightly(pool, reminders) {
  const { rows } = await pool.query({ ...mark, values: [column(reminders, 'nid'), column(reminders, 'user')] })
  const results = await Promise.all(rows.map(({ nid, token }) =>
    deliver(messageOf(nid, token, { ...lightText, data: { ...lightText.data, notification_id: nid } }), {})))
  const again = new Set(rows.filter((_, at) => results[at].outcome !== 'accepted').map(({ nid }) => nid))
  return reminders.filter(({ nid }) => again.has(nid))
}
