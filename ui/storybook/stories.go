package storybook

// stories is the book. Every component of package ui is in one of them at
// least; a test counts.
var stories = []Story{
	{Name: "type", Group: "Foundations", Title: "Type and colour", Lead: "A scale of 1.2, figures of one width, colours that mean something.", show: typeStory},
	{Name: "states", Group: "Foundations", Title: "States", Lead: "Shape, word and colour: each state can be told without the last.", show: statesStory},
	{Name: "buttons", Group: "Controls", Title: "Buttons and dialogs", Lead: "What is dangerous asks first and says what will happen.", show: buttonsStory},
	{Name: "dialog-open", Group: "Controls", Title: "A dialog, open", Lead: "As it stands over the page.", show: dialogStory},
	{Name: "form", Group: "Controls", Title: "Form", Lead: "Every kind of field.", show: formStory},
	{Name: "form-errors", Group: "Controls", Title: "Form with errors", Lead: "All that is wrong at once, each with its remedy.", show: formErrorsStory},
	{Name: "tabs", Group: "Controls", Title: "Tabs", Lead: "Links to the parts of one thing.", show: tabsStory},
	{Name: "cards", Group: "Content", Title: "Cards and lists", Lead: "Names with values, each with how well it is known.", show: cardsStory},
	{Name: "table", Group: "Content", Title: "Tables", Lead: "Numbers stand under each other; the head stays in sight.", show: tableStory},
	{Name: "notices", Group: "Content", Title: "Notices", Lead: "By severity.", show: noticesStory},
	{Name: "events", Group: "Content", Title: "Events", Lead: "A log, newest first.", show: eventsStory},
	{Name: "bytes", Group: "Content", Title: "Bytes and code", Lead: "What crossed the wire, and what it means.", show: bytesStory},
	{Name: "empty", Group: "Content", Title: "Nothing here yet", Lead: "Says why, and what to do.", show: emptyStory},
	{Name: "hostile", Group: "Content", Title: "Hostile names", Lead: "Names of markup, quotes and formulas are shown and do nothing.", show: hostileStory},
	{Name: "tiles", Group: "Instruments", Title: "Measurements", Lead: "A value, its unit, its age.", show: tilesStory},
	{Name: "meters", Group: "Instruments", Title: "Meters and progress", Lead: "With the marks that matter.", show: metersStory},
	{Name: "leds", Group: "Instruments", Title: "LEDs", Lead: "With words, and still where motion is not wanted.", show: ledsStory},
	{Name: "symbols", Group: "Instruments", Title: "Symbols", Lead: "After IEC 60617, in every state.", show: symbolsStory},
	{Name: "single-line", Group: "Instruments", Title: "Single-line diagram", Lead: "Two incomers and a coupler; one feeder has tripped.", show: singleLineStory},
	{Name: "plots", Group: "Instruments", Title: "Plots", Lead: "A waveform, a trip curve; zoomed by mouse or by buttons.", Plots: true, show: plotsStory},
	{Name: "live", Group: "Instruments", Title: "Live", Lead: "Parts of the page change by themselves: Q11 trips after some seconds.", show: liveStory},
	{Name: "page-breaker", Group: "Pages", Title: "A breaker", Lead: "All of the above on one page.", Whole: true, show: breakerPage},
	{Name: "page-login", Group: "Pages", Title: "Log in", Lead: "Two fields and a button.", Whole: true, show: loginPage},
	{Name: "page-login-refused", Group: "Pages", Title: "Log in, refused", Lead: "Says what remains to be tried.", Whole: true, show: loginRefusedPage},
	{Name: "page-unreachable", Group: "Pages", Title: "A breaker that does not answer", Lead: "The last that was known, marked as stale.", Whole: true, show: unreachablePage},
	{Name: "page-missing", Group: "Pages", Title: "Not found", Lead: "Leads back.", Whole: true, show: missing},
}
