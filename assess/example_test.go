package assess_test

import (
	"fmt"

	"facialis/assess"
	"facialis/interview"
)

// What answers may mean, and how pressing it is.
func ExampleAssess() {
	q, answers := interview.Standard(), interview.NewResponse()
	for id, value := range map[string]any{"now": []string{"droop"}, "kind": []string{"weak_only"}, "side": "left"} {
		if err := answers.Set(q, id, value); err != nil {
			fmt.Println(err)
			return
		}
	}
	r, err := assess.Assess(assess.Input{Answers: answers})
	if err != nil {
		fmt.Println(err)
		return
	}
	fmt.Println(r.Level)
	fmt.Println(r.Flags[0].Title)
	// Output:
	// emergency
	// Sudden weakness or loss
}
