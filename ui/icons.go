package ui

// icons are drawn in a square of 16 by lines of 1.75; full ones are filled.
// States differ by shape, so that they can be told apart without colour.
var icons = map[string]struct {
	path string
	full bool
}{
	"close":     {"M3 3l10 10M13 3L3 13", false},
	"closed":    {"M2 2h12v12H2zM8 5v6", false}, // the I of a closed breaker
	"confirmed": {"M3 8.5l3.5 3.5L13.5 4", false},
	"dead":      {"M2 8h3M11 8h3M5.5 10.5l5-5M5.5 5.5l5 5", false},
	"done":      {"M8 1.5a6.5 6.5 0 1 0 .01 0zM5 8.200l2.200 2.200L11.200 6", false},
	"down":      {"M3 6l5 5 5-5", false},
	"energised": {"M9.5 1L3 9.5h4.5L6 15l7-8.5H8.5z", true},
	"high":      {"M5 1.5h6L14.5 5v6L11 14.5H5L1.5 11V5zM8 4.5v4.200M8 11.300v.2", false},
	"inferred":  {"M8 3.5v.2M4 11.5v.2M12 11.5v.2", false}, // therefore
	"link":      {"M3 8h10M9 4l4 4-4 4", false},
	"low":       {"M8 1.5a6.5 6.5 0 1 0 .01 0zM8 7.5v4M8 4.5v.2", false},
	"medium":    {"M8 1.5L15 14H1zM8 6v4M8 12v.2", false},
	"open":      {"M8 2a6 6 0 1 0 .01 0z", false}, // the O of an open breaker
	"ours":      {"M3 13l1-4 7-7 3 3-7 7zM9.5 3.5l3 3", false},
	"reported":  {"M3 4h4v4l-2 4M9.5 4h4v4l-2 4", false},
	"sibling":   {"M2 5h12M2 11h12", false},
	"sort":      {"M5 6l3-3.5L11 6M5 10l3 3.5L11 10", false},
	"stale":     {"M8 1.5a6.5 6.5 0 1 0 .01 0zM8 4.5V8l2.5 2", false},
	"theme":     {"M8 1.5a6.5 6.5 0 1 0 .01 0zM8 1.5v13M10 4.5l3 0M10 8h4M10 11.5h3", false},
	"tripped":   {"M2 2l12 12M14 2L2 14M8 1v3M8 12v3", false},
	"unknown":   {"M4.5 5.5a3.5 3.5 0 1 1 5 3.200L8 9.700V11M8 13.5v.2", false},
	"up":        {"M3 10l5-5 5 5", false},
}
