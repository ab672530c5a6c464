package server

// Paging is the part of a list that is asked for. Every list that can grow has
// it; without a word of it the first page is given.
type Paging struct {
	Limit int    `query:"limit" minimum:"1" maximum:"500" default:"100" doc:"How many at most"`
	After string `query:"after" maxLength:"200" doc:"What next said of the page before"`
}

// paged cuts the page that is asked for out of a list and says what the next one
// is asked for with, "" where there is none. What stands after something that is
// not there any more is nothing.
func paged[T any](all []T, in *Paging, id func(*T) string) (page []T, next string) {
	from := 0
	if in.After != "" {
		from = len(all)
		for i := range all {
			if id(&all[i]) == in.After {
				from = i + 1
			}
		}
	}
	page = all[from:]
	if len(page) > in.Limit {
		page = page[:in.Limit]
		next = id(&page[in.Limit-1])
	}
	return page, next
}
