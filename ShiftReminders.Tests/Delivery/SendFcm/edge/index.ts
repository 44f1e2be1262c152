// Supabase's gateway in little: checks the key, finds the function, turns what it throws into a 500.

import { shapes } from "./shapes.ts";

const key = Deno.env.get("SUPABASE_SERVICE_ROLE_KEY")!;

async function answer(request: Request): Promise<Response> {
  const bearer = request.headers.get("Authorization");
  const isJwt = !key.startsWith("sb_secret_");
  if (request.headers.get("apikey") !== key || bearer !== (isJwt ? `Bearer ${key}` : null)) {
    return Response.json({ code: 401, message: "Invalid JWT" }, { status: 401 });
  }
  const shape = shapes[new URL(request.url).pathname.replace("/functions/v1/", "")];
  if (!shape) {
    return Response.json({ code: "NOT_FOUND", message: "Requested function was not found" }, {
      status: 404,
      headers: { "sb-error-code": "NOT_FOUND" },
    });
  }
  if (request.method === "OPTIONS") return new Response("ok");
  try {
    return await shape(await request.json());
  } catch (error) {
    return Response.json({ error: (error as Error).message }, { status: 500 });
  }
}

Deno.serve({
  hostname: "127.0.0.1",
  port: 0,
  onListen: ({ port }) => console.log(`listening on http://127.0.0.1:${port}`),
}, answer);
