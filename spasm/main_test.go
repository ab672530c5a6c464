package spasm

import (
	"flag"
	"fmt"
	"os"
	"reflect"
	"strconv"
	"strings"
	"testing"

	"facialis/internal/rapidtest"
)

// TestMain draws the same random traces each time, unless -rapid.seed says
// otherwise: what is told of a noisy trace is told with a probability, and of
// 5,000 random trains one is told otherwise than it was drawn.
func TestMain(m *testing.M) {
	rapidtest.Repeat()
	if mutant := os.Getenv(mutantVariable); mutant != "" {
		if flag.Lookup("update").Value.String() == "true" {
			panic("goldens are not written by a mutant")
		}
		change, err := mutation(mutant)
		if err != nil {
			panic(err)
		}
		testOnlyDefaults = change
	}
	os.Exit(m.Run())
}

// mutantVariable names the change that make mutate asks for: "-RULE" switches a rule
// off, "PARAMETER*0.7" multiplies a parameter, "PARAMETER+0.3" adds to it.
const mutantVariable = "FACIALIS_MUTANT"

func mutation(s string) (func(*Params), error) {
	if rule, ok := strings.CutPrefix(s, "-"); ok {
		return func(p *Params) { p.Without = append(p.Without, rule) }, nil
	}
	i := strings.IndexAny(s, "*+")
	if i < 0 {
		return nil, fmt.Errorf("no mutant %q", s)
	}
	by, err := strconv.ParseFloat(s[i+1:], 64)
	if _, ok := reflect.TypeFor[Params]().FieldByName(s[:i]); !ok || err != nil {
		return nil, fmt.Errorf("no mutant %q", s)
	}
	return func(p *Params) {
		f := reflect.ValueOf(p).Elem().FieldByName(s[:i])
		if s[i] == '*' {
			f.SetFloat(f.Float() * by)
		} else {
			f.SetFloat(f.Float() + by)
		}
	}, nil
}
