// A ULID: 48 bits of time and 80 of chance in 26 letters of Crockford's base 32.
// Those of one device sort by their time.

const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

export function ulid(now = Date.now()): string {
  let out = "";
  for (let i = 0, t = now; i < 10; i++, t = Math.floor(t / 32)) out = letters[t % 32] + out;
  for (const b of crypto.getRandomValues(new Uint8Array(16))) out += letters[b % 32];
  return out;
}
