package course_test

import (
	"fmt"
	"time"

	"facialis/course"
)

// From a diary to how it changes.
func ExampleFollow() {
	begin := time.Date(2026, time.March, 1, 9, 0, 0, 0, time.UTC)
	var diary []course.Entry
	for day := range 30 {
		at := begin.AddDate(0, 0, day)
		attacks := float64(2 + day/3)
		diary = append(diary, course.Entry{ID: at.Format(time.DateOnly), Kind: course.KindDay, At: at, Day: &course.Day{Date: at.Format(time.DateOnly), Attacks: &attacks}})
	}
	c, err := course.Follow(course.Input{Entries: diary, Now: begin.AddDate(0, 0, 30)})
	if err != nil {
		fmt.Println(err)
		return
	}
	for _, t := range c.Trends {
		if t.Series == "attacks" && t.Over == "all" {
			fmt.Printf("%d days, %s by %.0f attacks a day in 30 days\n", len(c.Days), t.Direction, *t.PerMonth)
		}
	}
	// Output: 30 days, rising by 10 attacks a day in 30 days
}
