// Passkeys: the server's options in JSON into the browser's own, and back.

/** Whether this browser can use passkeys that are bound to an address. */
export const possible = (origin: string | null | undefined) =>
  origin === location.origin && typeof PublicKeyCredential === "function" && isSecureContext;

interface Options {
  publicKey: Record<string, unknown>;
}

export async function register(options: Options): Promise<unknown> {
  const made = await navigator.credentials.create({ publicKey: creation(options.publicKey) });
  return json(made);
}

export async function signIn(options: Options): Promise<unknown> {
  const got = await navigator.credentials.get({ publicKey: request(options.publicKey) });
  return json(got);
}

export function bytes(text: unknown): ArrayBuffer {
  const plain = atob(String(text).replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (c) => c.charCodeAt(0)).buffer;
}

export function text(buffer: ArrayBuffer | null): string | null {
  if (!buffer) return null;
  let out = "";
  for (const b of new Uint8Array(buffer)) out += String.fromCharCode(b);
  return btoa(out).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

type Described = { id: unknown; [k: string]: unknown };
const ids = (list: unknown) => (list as Described[] | undefined)?.map((d) => ({ ...d, id: bytes(d.id) }));

function creation(o: Record<string, unknown>): PublicKeyCredentialCreationOptions {
  const user = o.user as Described;
  return {
    ...o,
    challenge: bytes(o.challenge),
    user: { ...user, id: bytes(user.id) },
    excludeCredentials: ids(o.excludeCredentials),
  } as unknown as PublicKeyCredentialCreationOptions;
}

function request(o: Record<string, unknown>): PublicKeyCredentialRequestOptions {
  return {
    ...o,
    challenge: bytes(o.challenge),
    allowCredentials: ids(o.allowCredentials),
  } as unknown as PublicKeyCredentialRequestOptions;
}

function json(credential: Credential | null): unknown {
  if (!credential) throw new Error("no passkey");
  const c = credential as PublicKeyCredential;
  const r = c.response;
  const made = "attestationObject" in r ? (r as AuthenticatorAttestationResponse) : null;
  const got = r as AuthenticatorAssertionResponse;
  return {
    id: c.id,
    rawId: text(c.rawId),
    type: c.type,
    authenticatorAttachment: c.authenticatorAttachment,
    clientExtensionResults: c.getClientExtensionResults(),
    response: {
      clientDataJSON: text(r.clientDataJSON),
      ...(made
        ? { attestationObject: text(made.attestationObject), transports: made.getTransports?.() ?? [] }
        : {
            authenticatorData: text(got.authenticatorData),
            signature: text(got.signature),
            userHandle: text(got.userHandle),
          }),
    },
  };
}
