// What every send_fcm in the wild does: sign an assertion, trade it for an access token, post one message per token.

interface ServiceAccount {
  project_id: string;
  client_email: string;
  private_key: string;
  token_uri: string;
}

export interface Push {
  title: string;
  body: string;
  data?: Record<string, string>;
  notification_id?: string;
}

export interface Sent {
  ok: boolean;
  status: number;
  reply: { name?: string; error?: { status: string; details?: unknown[] } };
}

const account: ServiceAccount = JSON.parse(Deno.env.get("FCM_SERVICE_ACCOUNT")!);
const endpoint = Deno.env.get("FCM_ENDPOINT")!;
let accessToken: string | undefined;

export async function send(token: string, push: Push): Promise<Sent> {
  accessToken ??= await authorize();
  const response = await fetch(new URL(`/v1/projects/${account.project_id}/messages:send`, endpoint), {
    method: "POST",
    headers: { "Authorization": `Bearer ${accessToken}`, "Content-Type": "application/json" },
    body: JSON.stringify({
      message: {
        token,
        notification: { title: push.title, body: push.body },
        data: push.data ?? {},
        android: { priority: "high", collapse_key: push.notification_id },
      },
    }),
  });
  return { ok: response.ok, status: response.status, reply: await response.json() };
}

async function authorize(): Promise<string> {
  const response = await fetch(account.token_uri, {
    method: "POST",
    body: new URLSearchParams({
      grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer",
      assertion: await assertion(),
    }),
  });
  if (!response.ok) throw new Error(`OAuth: ${await response.text()}`);
  return (await response.json()).access_token;
}

async function assertion(): Promise<string> {
  const now = Math.floor(Date.now() / 1000);
  const unsigned = [
    { alg: "RS256", typ: "JWT" },
    {
      iss: account.client_email,
      scope: "https://www.googleapis.com/auth/firebase.messaging",
      aud: account.token_uri,
      iat: now,
      exp: now + 3600,
    },
  ].map((part) => base64Url(new TextEncoder().encode(JSON.stringify(part)))).join(".");
  const pem = account.private_key.replace(/-----[^-]+-----|\s/g, "");
  const key = await crypto.subtle.importKey(
    "pkcs8",
    Uint8Array.from(atob(pem), (c) => c.charCodeAt(0)),
    { name: "RSASSA-PKCS1-v1_5", hash: "SHA-256" },
    false,
    ["sign"],
  );
  const signature = await crypto.subtle.sign("RSASSA-PKCS1-v1_5", key, new TextEncoder().encode(unsigned));
  return `${unsigned}.${base64Url(new Uint8Array(signature))}`;
}

function base64Url(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes)).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
