// One POST over HTTP/2: the product's message, field by field, and what FCM says of it.
import { createHash } from 'node:crypto'
import { connect, constants } from 'node:http2'
import { setting } from './setting.mjs'

const path = `/v1/projects/${setting('Fcm__ProjectId')}/messages:send`
const authorization = setting('PEER_AUTHORIZATION')
const streamsPerConnection = 100
const longestApnsCollapseId = 64

const connections = Array.from({ length: 3 }, () => ({ session: undefined, busy: 0 }))
const waiting = []

// A device's result, as it is kept.
export async function deliver(message, device) {
  const started = performance.now()
  const { status, body } = await exchange(Buffer.from(JSON.stringify(message)))
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
  for (const { session } of connections) session?.close()
}

const apnsCollapseId = nid => nid.length <= longestApnsCollapseId ? nid : createHash('sha256').update(nid).digest('hex')

function outcomeOf(status) {
  if (status === 200) return 'accepted'
  if (status === 404) return 'gone'
  return status === 0 || status === 429 || status >= 500 ? 'transient' : 'rejected'
}

// Status 0: no answer. A refused stream was not looked at by the server, and is sent again as every HTTP/2 client does.
async function exchange(json) {
  const connection = await freeConnection()
  const answer = await new Promise(resolve => {
    const stream = sessionOf(connection).request({
      ':method': 'POST', ':path': path, 'content-type': 'application/json', 'content-length': json.length, authorization
    })
    const chunks = []
    let status = 0
    let failure = ''
    stream.on('response', headers => { status = headers[':status'] })
    stream.on('data', chunk => chunks.push(chunk))
    stream.on('error', error => { failure = error.message })
    stream.on('close', () => {
      free(connection)
      const refused = stream.rstCode === constants.NGHTTP2_REFUSED_STREAM
      resolve(failure ? { status: 0, body: failure, refused } : { status, body: chunks.length === 1 ? chunks[0].toString() : Buffer.concat(chunks).toString() })
    })
    stream.end(json)
  })
  return answer.refused ? exchange(json) : answer
}

// A server ends a connection that has been idle for minutes.
function sessionOf(connection) {
  if (!connection.session || connection.session.closed || connection.session.destroyed) {
    connection.session = connect(setting('Fcm__Endpoint'))
    connection.session.on('error', console.error)
  }
  return connection.session
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
