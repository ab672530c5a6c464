// Package server is the HTTP API of the app and the app's own pages.
//
//	request ─► log, headers ─► host's name ─► cross-origin check ─► who is asking ─► ServeMux
//	                                                                     ├─ /api/v1/…   an account? ─► one handler each
//	                                                                     ├─ /openapi.json
//	                                                                     └─ the app (internal/service/web)
//
// Every route is registered with its types, so that /openapi.json describes what
// the code does; the golden openapi.json in this folder is what the app's client
// is made from. Errors are problem+json (RFC 9457). What does not belong to the
// one who asks does not exist for them: 404; 403 is for what patients do not do at
// all, such as adding people. A server with accounts asks for one at every route
// but a few; a test holds every route to who may use it.
//
// A handler is thin: it asks whether the account may, calls the store or the
// worker, and hands back a type of package record. Films, reports and event
// streams are written by hand; everything else is JSON.
//
// The log holds ids, statuses and durations, never names, answers, file names or
// search words.
package server
