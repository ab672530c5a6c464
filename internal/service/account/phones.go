package account

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"facialis/internal/service/record"
	"facialis/internal/service/store"
)

// Phone is a device that was let in by a pairing code.
type Phone struct {
	ID       string    `json:"id"`
	Name     string    `json:"name" doc:"What its browser says of itself, shortened; may be empty"`
	PairedAt time.Time `json:"paired_at"`
	SeenAt   time.Time `json:"seen_at" doc:"Last used, to the minute"`
}

// phoneFor is how long a phone that is not used stays paired.
const phoneFor = 400 * 24 * time.Hour // as long as browsers keep a cookie

// AddPhone pairs a phone and gives what it is known by from now on. agent is what
// its browser says of itself.
func (b *Book) AddPhone(ctx context.Context, agent string) (token string, err error) {
	token = rand.Text()
	id, now := record.NewID(), b.now().UnixMicro()
	c, err := b.st.Hide("", "phone", id, store.Columns{"name": deviceName(agent)})
	if err != nil {
		return "", wrap("pairing a phone", err)
	}
	_, err = b.w.ExecContext(ctx, `INSERT INTO phone (id, token, name, paired_at, seen_at, sealed) VALUES ($1, $2, $3, $4, $5, $6)`, id, key256(token), c["name"], now, now, c["sealed"])
	return token, wrap("pairing a phone", err)
}

// PhoneOf is the id of the phone that is known by a token, "" where none is. Its
// last use is now.
func (b *Book) PhoneOf(ctx context.Context, token string) (string, error) {
	var id string
	var seen int64
	now := b.now()
	err := b.r.QueryRowContext(ctx, `SELECT id, seen_at FROM phone WHERE token = $1 AND seen_at > $2`, key256(token), now.Add(-phoneFor).UnixMicro()).Scan(&id, &seen)
	if errors.Is(err, sql.ErrNoRows) {
		return "", nil
	}
	if err == nil && now.Sub(time.UnixMicro(seen)) > seenEvery {
		_, err = b.w.ExecContext(ctx, `UPDATE phone SET seen_at = $1 WHERE id = $2`, now.UnixMicro(), id)
	}
	return id, wrap("reading a phone", err)
}

// IsPaired reports whether a phone is still paired.
func (b *Book) IsPaired(ctx context.Context, id string) (bool, error) {
	var n int
	err := b.r.QueryRowContext(ctx, `SELECT COUNT(*) FROM phone WHERE id = $1`, id).Scan(&n)
	return n > 0, wrap("reading a phone", err)
}

// Phones are all paired phones, the last used first.
func (b *Book) Phones(ctx context.Context) ([]Phone, error) {
	rows, err := b.r.QueryContext(ctx, `SELECT id, name, paired_at, seen_at, sealed FROM phone WHERE seen_at > $1 ORDER BY seen_at DESC, id DESC`, b.now().Add(-phoneFor).UnixMicro())
	if err != nil {
		return nil, wrap("reading the phones", err)
	}
	defer rows.Close()
	all := []Phone{}
	for rows.Next() {
		var p Phone
		var paired, seen int64
		var text string
		if err := rows.Scan(&p.ID, &p.Name, &paired, &seen, &text); err != nil {
			return nil, wrap("reading the phones", err)
		}
		if err := b.st.Open("phone", p.ID, text, store.Columns{"name": &p.Name}); err != nil {
			return nil, wrap("reading the phones", err)
		}
		p.PairedAt, p.SeenAt = time.UnixMicro(paired).UTC(), time.UnixMicro(seen).UTC()
		all = append(all, p)
	}
	return all, wrap("reading the phones", rows.Err())
}

// EndPhone ends the pairing of one phone.
func (b *Book) EndPhone(ctx context.Context, id string) error {
	res, err := b.w.ExecContext(ctx, `DELETE FROM phone WHERE id = $1`, id)
	if err != nil {
		return wrap("ending a pairing", err)
	}
	if n, err := res.RowsAffected(); err != nil || n == 0 {
		return errors.Join(err, fmt.Errorf("a phone: %w", store.ErrNotFound))
	}
	return nil
}

// EndPhones ends the pairing of every phone.
func (b *Book) EndPhones(ctx context.Context) error {
	_, err := b.w.ExecContext(ctx, `DELETE FROM phone`)
	return wrap("ending the pairings", err)
}

// What browsers and devices call themselves, the first that fits. Those that name
// others too stand before them.
var (
	browsers = [][2]string{{"Edg", "Edge"}, {"SamsungBrowser", "Samsung Internet"}, {"OPR", "Opera"}, {"Firefox", "Firefox"}, {"FxiOS", "Firefox"}, {"CriOS", "Chrome"}, {"Chrome", "Chrome"}, {"Safari", "Safari"}}
	devices  = [][2]string{{"iPhone", "iPhone"}, {"iPad", "iPad"}, {"Android", "Android"}, {"CrOS", "ChromeOS"}, {"Windows", "Windows"}, {"Macintosh", "Mac"}, {"Linux", "Linux"}}
)

// deviceName shortens what a browser says of itself to its name and the device's.
func deviceName(agent string) string {
	find := func(in [][2]string) string {
		for _, x := range in {
			if strings.Contains(agent, x[0]) {
				return x[1]
			}
		}
		return ""
	}
	browser, device := find(browsers), find(devices)
	if browser != "" && device != "" {
		return browser + ", " + device
	}
	return browser + device
}
