package server

import (
	"io"
	"net/http"
	"strings"
	"testing"

	"facialis/words"
)

// Who asks is answered in their browser's language, and in the one that the address
// names before that.
func TestAnswersInTheReadersLanguage(t *testing.T) {
	b := serve(t, nil)
	for _, c := range []struct{ accept, query, want string }{
		{"", "", "en"}, {"de-CH,de;q=0.9", "", "de"}, {"fr", "", "en"}, {"de", "?lang=es", "es"}, {"zh-CN", "", "zh-Hans"},
	} {
		req, err := http.NewRequest(http.MethodGet, b.url+"/api/v1/nothing"+c.query, nil)
		if err != nil {
			t.Fatal(err)
		}
		if c.accept != "" {
			req.Header.Set("Accept-Language", c.accept)
		}
		resp, err := b.c.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		if err != nil {
			t.Fatal(err)
		}
		l, _ := words.In(c.want)
		if want := l.Say("problem.server.noRoute"); !strings.Contains(string(body), want) {
			t.Errorf("%q%s is answered by %s, not by %q", c.accept, c.query, body, want)
		}
	}
}
