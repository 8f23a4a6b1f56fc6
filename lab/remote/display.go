package remote

// DisplayOrder is what somebody does at the display on the switchboard: a key, or a
// text that it waits for.
type DisplayOrder struct {
	Key  string `json:"key,omitempty"`
	Text string `json:"text,omitempty" doc:"a user's name or a password; kept nowhere"`
}
