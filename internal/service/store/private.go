package store

// sealedColumn holds a row's private columns in an encrypted database.
const sealedColumn = "sealed"

// stand is what a private column holds beside the sealed text.
type stand int

const (
	asEmpty  stand = iota // ''
	asNull                // NULL
	asIndex               // a keyed hash, by which the row can be found; NULL and '' stay
	asFilled              // 'sealed' where there was a text, '' where there was none
)

// private is what a table says about a person.
type private struct {
	table   string
	keys    []string // the columns of its primary key
	owner   string   // SQL for the id of the person whose key seals a row, '' of nobody
	columns map[string]stand
}

// privates are all tables with something about a person. What is left readable is
// listed in docs/security.md.
var privates = []private{
	{"person", []string{"id"}, "id", map[string]stand{"name": asEmpty, "code": asEmpty, "search": asEmpty, "birth_year": asNull,
		"sex": asNull, "affected_side": asNull, "note": asEmpty}},
	{"bin", []string{"id"}, "person_id", map[string]stand{"name": asEmpty, "body": asEmpty}},
	{"recording", []string{"id"}, "person_id", map[string]stand{"label": asEmpty, "sha256": asEmpty, "face": asNull, "protocol": asNull, "tasks": asEmpty,
		"consent": asNull, "night": asNull, "duration_s": asNull, "width": asNull, "height": asNull, "frame_rate": asNull, "problem": asNull,
		"rate_per_min": asNull, "spasms": asNull, "spells": asNull}},
	{"upload", []string{"id"}, "person_id", map[string]stand{"client_id": asIndex, "film": asEmpty}},
	{"correction", []string{"id"}, "(SELECT r.person_id FROM recording r WHERE r.id = correction.recording_id)", map[string]stand{"made_by": asEmpty, "body": asEmpty}},
	{"mark_set", []string{"id"}, "(SELECT r.person_id FROM recording r WHERE r.id = mark_set.recording_id)", map[string]stand{"rater": asEmpty, "made_by": asEmpty, "body": asEmpty}},
	{"study_rating", []string{"study_id", "rater", "n"}, `COALESCE((SELECT r.person_id FROM recording r WHERE r.id = study_rating.recording_id),
(SELECT b.person_id FROM binned x JOIN bin b ON b.id = x.bin_id WHERE x.recording_id = study_rating.recording_id), '')`, map[string]stand{"body": asEmpty}},
	{"share_key", []string{"id"}, "''", map[string]stand{"secret": asEmpty}},
	{"answers", []string{"person_id"}, "person_id", map[string]stand{"given": asEmpty, "skipped": asEmpty}},
	{"entry", []string{"person_id", "id"}, "person_id", map[string]stand{"kind": asEmpty, "data": asEmpty, "others": asEmpty, "seen": asEmpty}},
	{"account", []string{"id"}, "COALESCE(person_id, '')", map[string]stand{"name": asEmpty, "folded": asIndex, "email": asEmpty, "subject": asIndex, "totp": asFilled}},
	{"former_account", []string{"id"}, "''", map[string]stand{"name": asEmpty}},
	{"session", []string{"token"}, ofAccount("session"), map[string]stand{"data": asEmpty, "address": asEmpty, "agent": asEmpty}},
	{"passkey", []string{"id"}, ofAccount("passkey"), map[string]stand{"name": asEmpty}},
	{"phone", []string{"id"}, "''", map[string]stand{"name": asEmpty}},
	{"name_since", []string{"id", "since"}, `COALESCE((SELECT p.id FROM person p WHERE p.id = name_since.id), (SELECT MIN(b.person_id) FROM bin b WHERE b.person_id = name_since.id),
(SELECT a.person_id FROM account a WHERE a.id = name_since.id), '')`, map[string]stand{"name": asEmpty}},
	{"audit", []string{"id"}, "COALESCE(person_id, '')", map[string]stand{"detail": asEmpty, "address": asEmpty, "before": asEmpty, "after": asEmpty}},
}

// ofAccount is SQL for the person of the account that a row of a table belongs to.
func ofAccount(table string) string {
	return `COALESCE((SELECT a.person_id FROM account a WHERE a.id = ` + table + `.account_id), '')`
}

func privateOf(table string) *private {
	for i := range privates {
		if privates[i].table == table {
			return &privates[i]
		}
	}
	return nil
}
