package cert

// Why is why a product certificate was made, or another one is shown.
type Why string

// The reasons. All but the first close the sessions of the web pages.
const (
	FirstStart Why = "the device had none"
	Month      Why = "it had less than a month left"
	Expired    Why = "it had expired"
	Address    Why = "the address of the device changed"
	Deleted    Why = "the imported certificate was deleted"
	Asked      Why = "it was asked for"
	Came       Why = "a certificate was imported"
	Returned   Why = "the imported certificate is valid again"
	Unreadable Why = "the stored one could not be read"
)
