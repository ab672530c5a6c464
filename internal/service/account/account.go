package account

import "context"

// The roles of an account.
const (
	Patient   = "patient"   // their own person only
	Clinician = "clinician" // everybody
	Admin     = "admin"     // everybody, the accounts and the audit log
)

// Account is who is asking.
type Account struct {
	ID       string  `json:"id"`
	Name     string  `json:"name"`
	Role     string  `json:"role" enum:"patient,clinician,admin"`
	PersonID *string `json:"person_id"` // a patient's own person
	Need     string  `json:"need" doc:"What is needed before the account may do anything else: password, one of their own; second, a passkey or one-time codes; empty for nothing"`

	session string // the id of the session
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
