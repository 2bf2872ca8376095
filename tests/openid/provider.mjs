// A certified OpenID provider for the tests: who signs in, and how surely, is what is typed.
//
// Reads its settings as JSON from the first argument and prints "ready" when it answers.
import { createServer } from "node:http";
import { createHash, randomUUID, webcrypto } from "node:crypto";

// Node.js 18 has it under another name.
globalThis.crypto ??= webcrypto;
const { default: Provider } = await import("oidc-provider");

const { issuer, port, clients, jwks, levels, tokenSeconds, pid } = JSON.parse(process.argv[2]);

const provider = new Provider(issuer, {
  clients,
  jwks,
  acrValues: levels,
  claims: { openid: ["sub", "pid", "name"], acr: null, auth_time: null, iss: null, sid: null },
  // As ID-porten does: the national number and the name come in the ID token itself.
  conformIdTokenClaims: false,
  subjectTypes: ["pairwise"],
  pairwiseIdentifier: (_ctx, account, { clientId }) =>
    createHash("sha256").update(`${clientId} ${account}`).digest("base64url"),
  findAccount: (_ctx, id) => ({
    accountId: id,
    claims: () => ({ sub: id, pid, name: "Hemmelig Navn" }),
  }),
  pkce: { required: () => true },
  clientAuthMethods: ["private_key_jwt"],
  ttl: { IdToken: tokenSeconds, AccessToken: 60, AuthorizationCode: 60, Grant: 3600, Session: 3600, Interaction: 600 },
  interactions: { url: (_ctx, interaction) => `/sign-in/${interaction.uid}` },
  features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: true } },
  cookies: { keys: [randomUUID()] },
  // Nobody is asked for consent: a public service needs none.
  loadExistingGrant: async (ctx) => {
    const grant = new ctx.oidc.provider.Grant({
      clientId: ctx.oidc.client.clientId,
      accountId: ctx.oidc.session.accountId,
    });
    grant.addOIDCScope("openid");
    await grant.save();
    return grant;
  },
});

const page = (uid) => `<!doctype html><html lang="en"><title>Provider</title>
<form method="post" action="/sign-in/${uid}">
<label>Who <input name="who" autofocus></label>
<label>Level <select name="level">${levels.map((each) => `<option>${each}</option>`).join("")}</select></label>
<button name="act" value="in">Sign in</button> <button name="act" value="back">Turn back</button>
</form></html>`;

async function body(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return new URLSearchParams(Buffer.concat(chunks).toString());
}

const answer = provider.callback();
createServer(async (request, response) => {
  const [, uid] = /^\/sign-in\/([\w-]+)$/.exec(request.url) ?? [];
  if (!uid) return answer(request, response);
  try {
    if (request.method !== "POST") {
      response.setHeader("Content-Type", "text/html");
      return response.end(page(uid));
    }
    const typed = await body(request);
    const result = typed.get("act") === "back"
      ? { error: "access_denied", error_description: "turned back" }
      : { login: { accountId: typed.get("who"), acr: typed.get("level"), amr: ["test"] } };
    return await provider.interactionFinished(request, response, result);
  } catch (error) {
    response.statusCode = 400;
    return response.end(String(error));
  }
}).listen(port, "127.0.0.1", () => console.log("ready"));
