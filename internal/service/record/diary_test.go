package record

import (
	"encoding/json"
	"fmt"
	"strings"
	"testing"
	"time"
)

// The worst place is a place of anatomy, or a region as in older diaries, and stays
// as it was written. Other names for a place are refused.
func TestWorstPlaceStaysAsWritten(t *testing.T) {
	for name, ok := range map[string]bool{"mouth_corner": true, "cheek": true, "depressor": true, "zygomaticus": true, "mouth": false, "nose": false} {
		now := time.Date(2026, 1, 31, 12, 0, 0, 0, time.UTC)
		e := Entry{ID: NewID(), Kind: "attack", At: now, UpdatedAt: now, Data: json.RawMessage(fmt.Sprintf(`{"end":null,"worst_region":%q,"side":null,"trigger":null,"note":""}`, name))}
		if err := e.Check(); (err == nil) != ok {
			t.Errorf("%s: %v", name, err)
		}
		if ok && !strings.Contains(string(e.Data), `"worst_region":"`+name+`"`) {
			t.Errorf("%s became %s", name, e.Data)
		}
	}
}
