package account

import (
	"context"
	"strings"
	"time"

	"facialis/internal/service/record"
)

// The roles of an account.
const (
	Patient   = "patient"   // their own person only
	Clinician = "clinician" // everybody
	Rater     = "rater"     // nobody: only the films of the studies that they rate for, blinded
	Admin     = "admin"     // everybody, the accounts and the audit log
)

// Account is who is asking.
type Account struct {
	ID       string  `json:"id"`
	Name     string  `json:"name"`
	Role     string  `json:"role" enum:"patient,clinician,admin,rater"`
	PersonID *string `json:"person_id"` // a patient's own person
	Need     string  `json:"need" doc:"What is needed before the account may do anything else: password, one of their own; second, a passkey or one-time codes; empty for nothing"`

	session string // the id of the session
	began   time.Time
	factor  string // how it was signed in
}

// Local is the one who sits at the computer while accounts are switched off: it
// may do everything.
var Local = Account{ID: "local", Name: "this computer", Role: Admin}

// MaySee reports whether the account may see and change what belongs to a
// person.
func (a Account) MaySee(person string) bool {
	return a.MaySeeAll() || a.Role == Patient && a.PersonID != nil && *a.PersonID == person && person != ""
}

// MayLook reports whether the account may see pictures of a recording: of a night only
// the person and those whom they named. On a computer without accounts it is whoever
// sits there.
func (a Account) MayLook(r *record.Recording) bool {
	return a.MaySee(r.PersonID) && a.MayLookAtNight(r.Night)
}

// MayLookAtNight reports whether the account is among those who may see pictures of a
// night, wherever they meet them: also in a study. Where it is no night everybody is.
func (a Account) MayLookAtNight(n *record.Night) bool {
	if n == nil || a.ID == Local.ID || a.Role == Patient {
		return true
	}
	return n.Look == record.LookClinic && a.MaySeeAll() || n.Look == record.LookNamed && strings.EqualFold(a.Name, n.Name)
}

// MaySeeAll reports whether the account may see everybody.
func (a Account) MaySeeAll() bool { return a.Role == Clinician || a.Role == Admin }

type key struct{}

// With puts an account into a context.
func With(ctx context.Context, a Account) context.Context { return context.WithValue(ctx, key{}, a) }

// From is the account of a context; without one it may do nothing.
func From(ctx context.Context) Account {
	a, _ := ctx.Value(key{}).(Account)
	return a
}
