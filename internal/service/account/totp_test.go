package account

import (
	"testing"
	"time"
)

// The codes of RFC 6238, appendix B, for SHA-1, their last six figures.
func TestCodesOfTheStandard(t *testing.T) {
	secret := []byte("12345678901234567890")
	for at, want := range map[int64]string{59: "287082", 1111111109: "081804", 1111111111: "050471", 1234567890: "005924", 2000000000: "279037", 20000000000: "353130"} {
		if got := code(secret, at/codeStep); got != want {
			t.Errorf("at %d: %s, not %s", at, got, want)
		}
	}
}

// A code holds for its own half minute and the ones beside it, and once.
func TestCodeHoldsOnce(t *testing.T) {
	secret := []byte("12345678901234567890")
	now := time.Date(2026, 1, 1, 0, 0, 15, 0, time.UTC).Unix()
	for off, want := range map[int64]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
		step, ok := codeStepOf(secret, code(secret, now/codeStep+off), now, 0)
		if ok != want || ok && step != now/codeStep+off {
			t.Errorf("%d steps off: %v", off, ok)
		}
	}
	typed := code(secret, now/codeStep)
	step, _ := codeStepOf(secret, " "+typed[:3]+" "+typed[3:], now, 0)
	if _, ok := codeStepOf(secret, typed, now, step); ok {
		t.Error("a code holds twice")
	}
}

// What the review found to be taken is refused, and what people can remember is
// taken.
func TestCommonPasswords(t *testing.T) {
	for _, p := range []string{"password1234", "Password123!", "qwertyuiop12", "iloveyou1234", "passwordpassword", "facialis2026", "letmein12345", "administrator",
		"Anna Example 1", "aaaaaaaaaaaa", "123456789012", "19841984198419", "qwertzuiopasdf1"} {
		if _, err := newPassword(p, "Anna Example"); err == nil {
			t.Errorf("%q is taken", p)
		}
	}
	for _, p := range []string{"a long enough sentence", "korrekt pferd batterie", "Gartenzaun im Regen", "vier Wörter ohne Sinn", "x9$kQ2!vT7&m"} {
		if _, err := newPassword(p, "Anna Example"); err != nil {
			t.Errorf("%q: %v", p, err)
		}
	}
}
