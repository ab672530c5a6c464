// Package account says who is asking and what they may do. Without accounts,
// the default, there is one: [Local], at this computer. With them, a [Service]
// stands before every request:
//
//	cookie ─► session ─► account ─► [Account.MaySee] at every route of a person
//
// The roles: a patient sees their own person and nobody else, a clinician sees
// everybody, an administrator also the accounts and the audit log. A rater sees only
// what they rate for a study. Pictures of a night are seen by the person and by whom
// they chose: nobody, the clinic, or one by name ([Account.MayLook]).
//
// # Passwords
//
// They are kept as Argon2id in PHC strings (RFC 9106) with the work that OWASP
// asks for, brought up to date when somebody signs in. A name that does not
// exist takes the same work as one that does. Passwords are compared after the
// OpaqueString profile of RFC 8265, so that two keyboards write the same one;
// names after its Nickname profile (RFC 8266), so that no two accounts look
// alike.
//
// # Sessions
//
// The cookie holds 256 random bits, the database their hash. The token is
// another one after every sign-in. A session ends by itself when nothing
// happens for a while and, whatever happens, after its lifetime; both are
// shorter for those who see everybody. Each carries the account's epoch; a
// new password, another role or the removal counts that up, so that every
// session of the account is over at its next request, also one that is in
// flight.
//
// # A second factor
//
// An authenticator app's codes (RFC 6238), each good once.
//
// # The clinic's own sign-in
//
// With [External] people sign in at an OpenID Connect service instead, which says who
// somebody is and, by a claim, which role they have.
//
// # Passkeys
//
// WebAuthn (go-webauthn) with discoverable credentials and user verification.
// They are bound to one origin: the one that the server is told with --origin,
// or localhost.
//
// # Limits
//
// Attempts to sign in are counted by name and by address in buckets, of which
// there is a fixed number, so that nobody can fill the memory or push another's
// bucket out. A browser in which an account has signed in before is counted by
// itself for that account, so that strangers cannot shut it out. What was spent
// on wrong passwords is kept in the database and outlives the process.
//
// # Audit
//
// A table that is only added to: when, which account, what it did to what of
// whom. It holds ids, never names, answers or file names.
package account
