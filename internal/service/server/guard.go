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
var open = map[string]bool{"health": true, "getSession": true, "signIn": true, "signOut": true, "setUp": true,
	"beginPasskeySignIn": true, "finishPasskeySignIn": true}

// guard answers 401 where nobody has signed in.
func guard(api huma.API) func(ctx huma.Context, next func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		if account.From(ctx.Context()).ID == "" && !open[ctx.Operation().OperationID] {
			huma.WriteErr(api, ctx, http.StatusUnauthorized, "sign in first")
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
			if o != nil && !open[o.OperationID] {
				o.Responses["401"] = &huma.Response{Description: words.English().Say("api.response.signedOut"), Content: problem}
			}
		}
	}
}

// staff is an error unless the one who asks may see everybody; the catalog has its
// words under the key.
func staff(ctx context.Context, key string) error {
	if !account.From(ctx).MaySeeAll() {
		return huma.Error403Forbidden(words.English().Say(key))
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
			s.refuse(w, http.StatusMisdirectedRequest, words.English().Say("problem.server.origin"), nil)
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
		s.refuse(w, http.StatusForbidden, words.English().Say("problem.server.otherSite"), nil)
	}))
	return p.Handler(next)
}
