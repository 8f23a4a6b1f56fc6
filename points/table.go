package points

import "slices"

// table is the vocabulary, sorted by name, which is the order of the IDs. Adding
// a row: put the constant in ids.go and the row in the table of its kind, both in
// order; the tests hold the two together.
var table = func() []Info {
	all := slices.Concat(meteringTable, protectionTable, unitTable, ioTable)
	slices.SortFunc(all, func(a, b Info) int { return int(a.ID) - int(b.ID) })
	return all
}()
