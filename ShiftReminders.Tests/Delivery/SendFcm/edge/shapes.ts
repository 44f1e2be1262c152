// The request and reply shapes that teams give their send_fcm, one function each.

import { type Push, send } from "./fcm.ts";

type Request = Push & {
  user_id?: string;
  token?: string;
  tokens?: string[];
  fcm_tokens?: string[];
  notification?: { title: string; body: string };
};

const devices: Record<string, string[]> = JSON.parse(Deno.env.get("DEVICES") ?? "{}");

export const shapes: Record<string, (request: Request) => Promise<Response>> = {
  /** The plan's: a person in, counts out. */
  send_fcm: async (request) => {
    const tokens = devices[request.user_id ?? ""] ?? [];
    if (tokens.length === 0) return Response.json({ error: "No FCM tokens found for this user" }, { status: 404 });
    const sent = await Promise.all(tokens.map((token) => send(token, request)));
    const errors = sent.filter((one) => !one.ok).map((one) => JSON.stringify(one.reply.error));
    return Response.json({
      success: true,
      sent: sent.length - errors.length,
      failed: errors.length,
      errors: errors.slice(0, 5),
    });
  },

  /** One token in; FCM's own reply passed on with FCM's own status. */
  send_fcm_token: async (request) => {
    const sent = await send(request.token!, request);
    return Response.json(sent.ok ? { success: true, responseData: sent.reply } : sent.reply, { status: sent.status });
  },

  /** One token in; FCM's error inside a success. */
  send_fcm_swallow: async (request) => {
    const sent = await send(request.token!, request);
    return Response.json({ success: true, fcmResult: sent.reply });
  },

  /** Tokens in, a result for each out, in their order. */
  send_fcm_results: async (request) => {
    const results = [];
    for (const token of request.fcm_tokens!) {
      const sent = await send(token, { ...request, ...request.notification });
      results.push({
        token: token.slice(0, 20) + "…",
        success: sent.ok,
        message_id: sent.reply.name,
        error: sent.ok ? undefined : JSON.stringify(sent.reply.error),
      });
    }
    return Response.json({ results });
  },

  /** Tokens in; throws at the first failing one, after the earlier ones were sent. */
  send_fcm_stop: async (request) => {
    for (const token of request.tokens!) {
      const sent = await send(token, request);
      if (!sent.ok) throw new Error(`FCM send failed: ${JSON.stringify(sent.reply.error)}`);
    }
    return Response.json({ ok: true, results: [] });
  },

  /** A placeholder that somebody forgot: says yes and sends nothing. */
  send_fcm_placeholder: () => Promise.resolve(Response.json({ message: "not implemented yet" })),
};
