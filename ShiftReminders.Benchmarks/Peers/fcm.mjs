// One POST over HTTP/2: the product's message, field by field, and what FCM says of it.
import { createHash } from 'node:crypto'
import { connect } from 'node:http2'
import { setting } from './setting.mjs'

const path = `/v1/projects/${setting('Fcm__ProjectId')}/messages:send`
const authorization = setting('PEER_AUTHORIZATION')
const streamsPerConnection = 100
const longestApnsCollapseId = 64

const connections = Array.from({ length: 3 }, () => ({ session: connect(setting('Fcm__Endpoint')), busy: 0 }))
const waiting = []

// A device's result, as it is kept.
export async function deliver(message, device) {
  const started = performance.now()
  const { status, body } = await exchange(JSON.stringify(message))
  const result = { ...device, outcome: outcomeOf(status), http: status, ms: Math.round(performance.now() - started) }
  if (status === 200) result.message_id = JSON.parse(body).name
  else result.detail = body.slice(0, 200)
  return result
}

export const messageOf = (nid, token, { title, body, data, secondsLeft }) => ({
  message: {
    token,
    notification: { title, body },
    data,
    android: { priority: 'high', ttl: `${secondsLeft}s`, collapse_key: nid, notification: { tag: nid } },
    apns: {
      headers: {
        'apns-priority': '10', 'apns-expiration': `${Math.floor(Date.now() / 1000) + secondsLeft}`, 'apns-collapse-id': apnsCollapseId(nid)
      },
      payload: { aps: { sound: 'default' } }
    },
    webpush: { headers: { TTL: `${secondsLeft}`, Urgency: 'high' }, notification: { tag: nid } }
  }
})

export function close() {
  for (const { session } of connections) session.close()
}

const apnsCollapseId = nid => nid.length <= longestApnsCollapseId ? nid : createHash('sha256').update(nid).digest('hex')

function outcomeOf(status) {
  if (status === 200) return 'accepted'
  if (status === 404) return 'gone'
  return status === 429 || status >= 500 ? 'transient' : 'rejected'
}

async function exchange(json) {
  const connection = await freeConnection()
  return new Promise((resolve, reject) => {
    const stream = connection.session.request({ ':method': 'POST', ':path': path, 'content-type': 'application/json', authorization })
    const chunks = []
    let status = 0
    stream.on('response', headers => { status = headers[':status'] })
    stream.on('data', chunk => chunks.push(chunk))
    stream.on('end', () => resolve({ status, body: chunks.length === 1 ? chunks[0].toString() : Buffer.concat(chunks).toString() }))
    stream.on('error', reject)
    stream.on('close', () => free(connection))
    stream.end(json)
  })
}

function freeConnection() {
  const connection = connections.reduce((least, next) => (next.busy < least.busy ? next : least))
  if (connection.busy >= streamsPerConnection) return new Promise(resolve => waiting.push(resolve))
  connection.busy++
  return connection
}

function free(connection) {
  const next = waiting.shift()
  if (next) next(connection)
  else connection.busy--
}
