package server

import (
	"context"
	"net"
	"net/http"
	"net/url"
	"strings"

	"facialis/internal/service/account"
	"facialis/words"

	"github.com/danielgtaylor/huma/v2"
)

// open are the routes that need no account, by their ids. Every other does.
var open = map[string]bool{"health": true, "live": true, "ready": true, "getSession": true, "signIn": true, "signOut": true, "setUp": true,
	"beginPasskeySignIn": true, "finishPasskeySignIn": true, "enterToken": true, "usePairing": true, "acceptInvitation": true, "forgotPassword": true,
	"beginExternal": true, "finishExternal": true}

// meanwhile are the routes of an account that still needs something, by what it
// needs. Those that need no account are open to it too.
var meanwhile = map[string]map[string]bool{
	account.NeedPassword: {"changePassword": true},
	account.NeedSecond: {"changePassword": true, "listPasskeys": true, "beginPasskey": true, "finishPasskey": true, "beginCodes": true, "confirmCodes": true,
		"listSessions": true, "endSession": true, "endOtherSessions": true},
}

// rating are the routes of a rater, beside those that need no account and those of
// [meanwhile]. Every other is refused, whatever it would say: a route that is added
// later too.
var rating = map[string]bool{"listScales": true, "listStudies": true, "nextLook": true, "saveLook": true, "getLookVideo": true}

// raterMay reports whether a rater may use a route.
func raterMay(id string) bool {
	return open[id] || rating[id] || meanwhile[account.NeedSecond][id] || ownAccount[id]
}

// ownAccount are the routes with which everybody keeps their own account, beside those of
// [meanwhile].
var ownAccount = map[string]bool{"removePasskey": true, "dropCodes": true}

// guard answers 401 where nobody has signed in, and 403 to a rater who asks for anything
// but what they rate.
func (s *Server) guard(api huma.API) func(ctx huma.Context, next func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		who, id := account.From(ctx.Context()), ctx.Operation().OperationID
		if who.ID == "" && !open[id] {
			huma.WriteErr(api, ctx, http.StatusUnauthorized, "sign in first")
			return
		}
		if who.Need != "" && !open[id] && !meanwhile[who.Need][id] {
			huma.WriteErr(api, ctx, http.StatusForbidden, words.From(ctx.Context()).Say("problem.server.need."+who.Need))
			return
		}
		if who.Role == account.Rater && !raterMay(id) {
			s.Auth.Refused(ctx.Context(), "problem.rater", "")
			huma.WriteErr(api, ctx, http.StatusForbidden, words.From(ctx.Context()).Say("problem.rater"))
			return
		}
		next(ctx)
	}
}

// describeGuard tells in the description what guard does.
func describeGuard(api *huma.OpenAPI) {
	problem := map[string]*huma.MediaType{"application/problem+json": {Schema: &huma.Schema{Ref: "#/components/schemas/ErrorModel"}}}
	for _, p := range api.Paths {
		for _, o := range []*huma.Operation{p.Get, p.Post, p.Put, p.Patch, p.Delete} {
			if o != nil && open[o.OperationID] {
				o.Security = []map[string][]string{{}} // nobody need be signed in
			}
			if o != nil && !open[o.OperationID] {
				o.Responses["401"] = &huma.Response{Description: words.English().Say("api.response.signedOut"), Content: problem}
			}
		}
	}
}

// staff is an error unless the one who asks may see everybody; the catalog has its
// words under the key.
func (s *Server) staff(ctx context.Context, key, person string) error {
	if !account.From(ctx).MaySeeAll() {
		s.Auth.Refused(ctx, key, person)
		return huma.Error403Forbidden(words.From(ctx).Say(key))
	}
	return nil
}

// hosts refuses requests under names that are not this server's: another site
// that lets its own name point here would else be taken for the app by the
// browser (DNS rebinding).
func (s *Server) hosts(next http.Handler) http.Handler {
	if s.Origin == "" && !s.Local {
		return next
	}
	name := ""
	if u, err := url.Parse(s.Origin); err == nil {
		name = u.Hostname()
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		host := r.Host
		if h, _, err := net.SplitHostPort(host); err == nil {
			host = h
		}
		if !account.Loopback(r.Host) && (name == "" || !strings.EqualFold(strings.Trim(host, "[]"), name)) {
			s.misdirected(w, r)
			return
		}
		next.ServeHTTP(w, r)
	})
}

// crossOrigin refuses what another site's page sends.
func (s *Server) crossOrigin(next http.Handler) http.Handler {
	p := http.NewCrossOriginProtection()
	if s.Origin != "" {
		if err := p.AddTrustedOrigin(s.Origin); err != nil {
			s.Log.Error("origin not trusted", "error", err.Error())
		}
	}
	p.SetDenyHandler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.refuse(w, http.StatusForbidden, words.From(r.Context()).Say("problem.server.otherSite"), nil)
	}))
	return p.Handler(next)
}
