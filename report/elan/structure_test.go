package elan_test

import (
	"encoding/xml"

	"pgregory.net/rapid"
)

type readDoc struct {
	Slots []struct {
		ID    string `xml:"TIME_SLOT_ID,attr"`
		Value int64  `xml:"TIME_VALUE,attr"`
	} `xml:"TIME_ORDER>TIME_SLOT"`
	Tiers []struct {
		ID     string `xml:"TIER_ID,attr"`
		Parent string `xml:"PARENT_REF,attr"`
		Type   string `xml:"LINGUISTIC_TYPE_REF,attr"`
		List   []struct {
			Aligned *struct {
				ID   string `xml:"ANNOTATION_ID,attr"`
				From string `xml:"TIME_SLOT_REF1,attr"`
				To   string `xml:"TIME_SLOT_REF2,attr"`
			} `xml:"ALIGNABLE_ANNOTATION"`
			Remark *struct {
				ID string `xml:"ANNOTATION_ID,attr"`
				Of string `xml:"ANNOTATION_REF,attr"`
			} `xml:"REF_ANNOTATION"`
		} `xml:"ANNOTATION"`
	} `xml:"TIER"`
	Types []struct {
		ID string `xml:"LINGUISTIC_TYPE_ID,attr"`
	} `xml:"LINGUISTIC_TYPE"`
}

func checkStructure(t *rapid.T, data []byte) {
	var d readDoc
	if err := xml.Unmarshal(data, &d); err != nil {
		t.Fatal(err)
	}
	ids := map[string]bool{}
	once := func(id string) {
		if ids[id] || id == "" {
			t.Fatalf("id %q is used twice or empty\n%s", id, data)
		}
		ids[id] = true
	}
	slots, types, tiers, of := map[string]int64{}, map[string]bool{}, map[string]bool{}, map[string]string{}
	before := int64(0)
	for _, s := range d.Slots {
		once(s.ID)
		if s.Value < before {
			t.Fatalf("slot %s at %d ms stands after one at %d ms", s.ID, s.Value, before)
		}
		before = s.Value
		slots[s.ID] = s.Value
	}
	for _, x := range d.Types {
		types[x.ID] = true
	}
	for _, tier := range d.Tiers {
		once(tier.ID)
		if !types[tier.Type] || tier.Parent != "" && !tiers[tier.Parent] {
			t.Fatalf("tier %q: type %q, parent %q", tier.ID, tier.Type, tier.Parent)
		}
		tiers[tier.ID] = true
		last := int64(0)
		for _, a := range tier.List {
			switch {
			case a.Aligned != nil:
				once(a.Aligned.ID)
				of[a.Aligned.ID] = tier.ID
				from, ok1 := slots[a.Aligned.From]
				to, ok2 := slots[a.Aligned.To]
				if !ok1 || !ok2 || from < last || to <= from {
					t.Fatalf("tier %q: %d-%d after %d", tier.ID, from, to, last)
				}
				last = to
			case a.Remark != nil:
				once(a.Remark.ID)
				if of[a.Remark.Of] != tier.Parent {
					t.Fatalf("a remark in %q is about %q", tier.ID, a.Remark.Of)
				}
			default:
				t.Fatalf("an empty annotation in %q", tier.ID)
			}
		}
	}
}
