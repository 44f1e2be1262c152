// What every peer needs: a mark per reminder, the person's token, one POST over HTTP/2, and a clock.
import { connect } from 'node:http2'

const setting = name => process.env[name] ?? fail(name)
const fail = name => { throw new Error(`${name} is not set`) }

export const database = setting('PEER_DATABASE')
export const size = Number(setting('PEER_SIZE'))
const path = `/v1/projects/${setting('Fcm__ProjectId')}/messages:send`
const streamsPerConnection = 100

export const connections = Array.from({ length: 3 }, () => ({ session: connect(setting('Fcm__Endpoint')), busy: 0 }))

export function post(nid, token) {
  const connection = connections.reduce((least, next) => (next.busy < least.busy ? next : least))
  if (connection.busy >= streamsPerConnection) return new Promise(setImmediate).then(() => post(nid, token))
  connection.busy++
  return new Promise((resolve, reject) => {
    const stream = connection.session.request({
      ':method': 'POST', ':path': path, 'content-type': 'application/json', authorization: setting('PEER_AUTHORIZATION')
    })
    stream.on('response', headers => headers[':status'] === 200 ? resolve() : reject(new Error(`FCM answered ${headers[':status']}`)))
    stream.on('error', reject)
    stream.on('close', () => connection.busy--)
    stream.resume()
    stream.end(JSON.stringify(message(nid, token)))
  })
}

// One statement per batch: the marks go in, the tokens come out.
export const markAndTokens = `
  WITH wanted AS (SELECT * FROM unnest($1::text[], $2::uuid[]) AS w(nid, user_id)),
       marked AS (INSERT INTO bench.marks SELECT nid, now() FROM wanted ON CONFLICT DO NOTHING)
  SELECT w.nid, t.token FROM wanted w JOIN public.fcm_tokens t ON t.user_id = w.user_id`

export const report = started => console.log(Math.round(size / ((performance.now() - started) / 1000)))

export function close() {
  for (const { session } of connections) session.close()
}

function message(nid, token) {
  return {
    message: {
      token,
      notification: { title: 'Your shift starts at 09:00', body: 'Remember to check in when you arrive. Store 42' },
      data: { notification_id: nid, notify_type: 'start_15' },
      android: { priority: 'high', ttl: '600s', collapse_key: nid, notification: { tag: nid } },
      apns: { headers: { 'apns-priority': '10' }, payload: { aps: { sound: 'default' } } },
      webpush: { headers: { TTL: '600', Urgency: 'high' }, notification: { tag: nid } }
    }
  }
}
