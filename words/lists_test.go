package words_test

import (
	"testing"

	"facialis/words"
)

// Lists are joined as each language joins them.
func TestListsFollowTheLanguage(t *testing.T) {
	in := func(tag string) *words.Language {
		l, ok := words.In(tag)
		if !ok {
			t.Fatal(tag)
		}
		return l
	}
	for _, c := range []struct{ got, want string }{
		{in("en").And("eye", "cheek", "chin"), "eye, cheek and chin"},
		{in("de").And("Auge", "Wange", "Kinn"), "Auge, Wange und Kinn"},
		{in("es").And("ojo", "mejilla", "mentón"), "ojo, mejilla y mentón"},
		{in("es").And("fiebre", "infección"), "fiebre e infección"},
		{in("es").And("frío", "hielo"), "frío y hielo"},
		{in("zh-Hans").And("眼", "面颊", "下巴"), "眼、面颊和下巴"},
		{in("en").And(), ""},
		{in("en").And("eye"), "eye"},
		{in("zh-Hans").List("右", "左"), "右、左"},
		{in("zh-Hans").Parts("一次抽动", "", "0.2 s"), "一次抽动，0.2 s"},
		{in("de").Clauses("a, b", "c"), "a, b; c"},
		{in("zh-Hans").Clauses("a", "b"), "a；b"},
		{in("es").Sentences("Uno.", "", "Dos."), "Uno. Dos."},
		{in("zh-Hans").Sentences("一。", "二。"), "一。二。"},
		{in("zh-Hans").Stop(), "。"},
	} {
		if c.got != c.want {
			t.Errorf("%q, want %q", c.got, c.want)
		}
	}
}
