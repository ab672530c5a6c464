package assess

import (
	"html"
	"regexp"

	"strings"
	"testing"

	"facialis/anatomy"
	"facialis/interview"
)

var (
	styles   = regexp.MustCompile(`(?s)<(style|svg|script).*?</(style|svg|script)>`)
	ends     = regexp.MustCompile(`</(p|li|h[1-6]|dt|dd|td|th|blockquote|div)>|<br>`)
	tags     = regexp.MustCompile(`<[^>]*>`)
	sentence = regexp.MustCompile(`[.!?:;”]+\s|\n`)
	letters  = regexp.MustCompile(`[A-Za-z’']+`)
	vowels   = regexp.MustCompile(`[aeiouy]+`)
)

// syllables counts groups of vowels; a silent e at the end is none.
func syllables(word string) int {
	w := strings.ToLower(word)
	n := len(vowels.FindAllString(w, -1))
	if strings.HasSuffix(w, "e") && !strings.HasSuffix(w, "le") && n > 1 {
		n--
	}
	return max(n, 1)
}

// grade is the school year of Flesch and Kincaid that a page asks for: 7 is about
// the age of twelve.
func grade(page string) float64 {
	text := html.UnescapeString(tags.ReplaceAllString(ends.ReplaceAllString(styles.ReplaceAllString(page, ""), ".\n"), ""))
	var words, sentences, beats float64
	for _, s := range sentence.Split(text, -1) {
		w := letters.FindAllString(s, -1)
		if len(w) < 3 { // a heading or the rest of a list: no sentence
			continue
		}
		sentences++
		for _, x := range w {
			words++
			beats += float64(syllables(x))
		}
	}
	return 0.39*words/sentences + 11.8*beats/words - 15.59
}

func TestSyllables(t *testing.T) {
	for word, want := range map[string]int{"face": 1, "eyelid": 2, "twitching": 2, "emergency": 4, "the": 1, "muscle": 2, "neurologist": 4} {
		if got := syllables(word); got != want {
			t.Errorf("%s has %d, want %d", word, got, want)
		}
	}
	easy, hard := grade("<p>The dog ran to the big red house. He sat by the door.</p>"), grade("<p>Neurological investigations characteristically demonstrate heterogeneous electrophysiological abnormalities.</p>")
	if easy > 3 || hard < 15 {
		t.Errorf("grades %g and %g", easy, hard)
	}
}

// The person's page, whatever it says, can be read at about twelve.
func TestReadingAge(t *testing.T) {
	film := film(anatomy.Left)
	for name, a := range map[string]m{
		"spasm":   {"age": 58, "side": "left", "kind": []string{"twitch", "close"}, "first_place": "lower_lid", "places": []string{"eye", "mouth"}, "palsy": "no", "hold": "no", "since": "2021-03"},
		"stroke":  {"now": []string{"droop", "speech"}, "kind": []string{"weak_only"}},
		"palsy":   {"side": "right", "palsy": "yes", "palsy_side": "right", "evoked": []string{"blink", "smile"}, "evoked_always": "always", "tight": "yes", "kind": []string{"twitch"}},
		"flicker": {"kind": []string{"flicker"}, "since": "2026-05", "side": "left", "places": []string{"eye"}, "mood_low": "3", "mood_interest": "3"},
		"drug":    {"drugs": []string{"neuroleptic"}, "signs": []string{"tongue"}, "places": []string{"tongue", "mouth"}},
		"little":  {"age": 30},
	} {
		in := told(t, a)
		if name == "spasm" {
			in.Video = film
		}
		g := grade(string(PersonHTML(run(t, in))))
		t.Logf("%s: school year %.1f", name, g)
		if g > 7 {
			t.Errorf("%s: the page asks for school year %.1f", name, g)
		}
	}
	var asked strings.Builder // and so can the questions
	for _, k := range questions() {
		asked.WriteString("<p>" + k + "</p>")
	}
	if g := grade(asked.String()); g > 6 {
		t.Errorf("the questions ask for school year %.1f", g)
	}
}

func questions() []string {
	var out []string
	for _, k := range interview.Standard().Questions {
		out = append(out, k.Text)
		for _, o := range k.Options {
			out = append(out, o.Text)
		}
	}
	return out
}
